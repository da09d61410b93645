// Where there is room, the parts of a long page stand open from the start; one can still close them.
"use strict";

if (matchMedia("(min-width: 60rem)").matches) {
  document.querySelectorAll("details.part").forEach((part) => (part.open = true));
}
