"""What one visit and one address may ask of the web pages."""

from bot.web_limits import MOST_KEYS, Budget, Limits, address_key


def test_a_budget_gives_its_burst_and_then_its_rate() -> None:
    budget = Budget(rate=2, burst=3)
    assert [budget.spend("a", 0) for _ in range(4)] == [True, True, True, False]
    assert budget.seconds_until_one("a", 0) == 0.5
    assert budget.spend("a", 0.5)
    assert not budget.spend("a", 0.6)
    assert [budget.spend("a", 1000) for _ in range(4)] == [True, True, True, False]


def test_one_key_does_not_spend_for_another() -> None:
    budget = Budget(rate=1, burst=1)
    assert budget.spend("a", 0)
    assert budget.spend("b", 0)
    assert not budget.spend("a", 0)


def test_a_budget_does_not_grow_without_end() -> None:
    budget = Budget(rate=1, burst=2)
    for number in range(MOST_KEYS):
        budget.spend(str(number), 0)
    budget.spend("later", 10)
    budget.spend("later", 10)
    assert not budget.spend("later", 10)
    assert len(budget._left) == 1


def test_an_address_is_an_ipv6_network_and_this_machine_is_none() -> None:
    assert address_key("192.0.2.7") == "192.0.2.7"
    assert address_key("2001:db8::1") == address_key("2001:db8::ffff:2")
    assert address_key("2001:db8:0:1::1") != address_key("2001:db8::1")
    assert address_key("127.0.0.1") is None
    assert address_key("::1") is None
    assert address_key("") == ""


def test_this_machine_may_post_and_start_without_end() -> None:
    limits = Limits(starts=Budget(0, 1), posts_of_address=Budget(0, 1))
    assert [limits.may_start("127.0.0.1") for _ in range(3)] == [True] * 3
    assert [limits.may_start("192.0.2.7") for _ in range(2)] == [True, False]
    assert [limits.may_post("192.0.2.7") for _ in range(2)] == [True, False]


def test_sockets_are_counted_while_they_are_open() -> None:
    limits = Limits(sockets=3, sockets_of_address=2, sockets_of_visit=1)
    with limits.socket(1, "192.0.2.7") as first, limits.socket(1, "192.0.2.7") as again:
        assert (first, again) == (True, False)
        with limits.socket(2, "192.0.2.7") as second, limits.socket(3, "192.0.2.7") as third:
            assert (second, third) == (True, False)
            with limits.socket(3, "192.0.2.8") as fourth, limits.socket(4, "192.0.2.9") as fifth:
                assert (fourth, fifth) == (True, False)
    with limits.socket(1, "192.0.2.7") as once_more:
        assert once_more
    assert not limits._open
