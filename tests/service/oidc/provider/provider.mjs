// A certified OpenID Connect provider for the tests, on a free port of this machine.
//
// In: the last argument, JSON with `clients` (their metadata) and `people` (login -> claims). Out: a line
// "ready ISSUER" once it listens. It ends with its standard input.
import { createServer } from "node:http";

import Provider from "oidc-provider";

const asked = JSON.parse(process.argv.at(-1));
const server = createServer();

server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: asked.clients,
    claims: {
      openid: ["sub"],
      profile: ["preferred_username", "name"],
      email: ["email", "email_verified"],
    },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, ...asked.people[id] }),
    }),
    cookies: { keys: ["only for tests"] },
    pkce: { required: () => true },
  });
  server.on("request", provider.callback());
  console.log(`ready ${issuer}`);
});

process.stdin.on("end", () => process.exit(0)).resume();
