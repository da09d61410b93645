"""One address may try some passwords, then has to wait; others are not slowed down."""

from service.brake import ADDRESSES, SECONDS, TRIES, Brake


def test_after_some_tries_an_address_waits_until_the_oldest_is_forgotten():
    now = [0.0]
    brake = Brake(lambda: now[0])
    assert [brake.wait("a") for _ in range(TRIES)] == [0] * TRIES
    assert brake.wait("a") == SECONDS + 1
    assert brake.wait("b") == 0
    now[0] = 100.0
    assert brake.wait("a") == SECONDS - 100 + 1
    now[0] = SECONDS
    assert brake.wait("a") == 0


def test_waiting_tries_do_not_lengthen_the_wait():
    now = [0.0]
    brake = Brake(lambda: now[0])
    for _ in range(TRIES + 50):
        brake.wait("a")
    now[0] = SECONDS
    assert brake.wait("a") == 0


def test_only_so_many_addresses_are_remembered():
    brake = Brake(lambda: 0.0)
    for n in range(ADDRESSES + 10):
        brake.wait(str(n))
    assert len(brake._tries) == ADDRESSES
