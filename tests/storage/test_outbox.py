"""The outbox: what becomes of a message that fails, or that nobody knows about."""

from datetime import UTC, datetime, timedelta

import pytest

from storage.outbox import ATTEMPTS, RETRY_CEILING, RETRY_FIRST, OutboxRow, Sending, Urgency

NOW = datetime(2026, 5, 21, tzinfo=UTC)
LEASE = timedelta(seconds=30)


def row(urgency: str = Urgency.ANSWER, **more: object) -> OutboxRow:
    values = {"room_id": "r", **more}
    return OutboxRow(
        tenant_id="t",
        number=1,
        idem_key="k",
        account="a",
        text="x",
        urgency=urgency,
        next_at=NOW,
        created_at=NOW,
        **values,
    )


def test_a_failed_message_waits_longer_each_time_and_is_dead_in_the_end() -> None:
    message, waits = row(), []
    while message.state == Sending.PENDING:
        message.start(NOW, LEASE)
        message.failed(NOW, "no")
        waits.append(message.next_at - NOW)
    assert len(waits) == ATTEMPTS
    assert waits[0] == RETRY_FIRST
    assert waits == sorted(waits)
    assert waits[-1] <= RETRY_CEILING
    assert (message.state, message.problem) == (Sending.DEAD, "no")


def test_a_lost_connection_is_not_the_messages_fault() -> None:
    message = row()
    for _ in range(50):
        message.start(NOW, LEASE)
        message.postponed(NOW, "gateway gone")
    assert (message.state, message.attempts, message.next_at) == (Sending.PENDING, 0, NOW)


@pytest.mark.parametrize(
    ("urgency", "where", "after"),
    [
        (Urgency.ANSWER, {}, Sending.PENDING),
        (Urgency.ACK, {}, Sending.PENDING),
        (Urgency.HANDOFF, {}, Sending.PENDING),
        (Urgency.RESULT, {"room_id": None, "person_id": "u"}, Sending.PENDING),
        (Urgency.RESULT, {}, Sending.DEAD),
        (Urgency.ADVERT, {}, Sending.DEAD),
    ],
)
def test_what_a_group_must_never_read_twice_is_given_up(
    urgency: str, where: dict[str, object], after: str
) -> None:
    message = row(urgency, **where)
    message.start(NOW, LEASE)
    message.doubt(NOW, timedelta(seconds=8))
    assert message.next_at == NOW + timedelta(seconds=8)
    message.settle(NOW)
    assert message.state == after


def test_a_gateway_that_never_answers_does_not_make_the_bot_repeat_itself_for_ever() -> None:
    message = row()
    for _ in range(ATTEMPTS):
        message.start(NOW, LEASE)
        message.doubt(NOW, LEASE)
        message.settle(NOW)
    assert message.state == Sending.DEAD


def test_sent_forgets_the_trouble_before() -> None:
    message = row()
    message.start(NOW, LEASE)
    assert (message.state, message.attempts, message.next_at) == (Sending.SENDING, 1, NOW + LEASE)
    message.failed(NOW, "no")
    message.start(NOW, LEASE)
    message.sent("id")
    assert (message.state, message.sent_id, message.problem) == (Sending.SENT, "id", None)
