"""Cases by the hundred, for the desk's tests of size and speed."""

from datetime import timedelta

from desks import Office

from storage.tickets import Ticket


async def filled(office: Office, count: int, *, state: str, first: int = 1000, days_ago: int = 0) -> None:
    """So many cases, put into the store; a restart of the shop reads them from there."""
    now = office.shop.now - timedelta(days=days_ago)
    rows = [
        Ticket(
            tenant_id=office.desk.tenant,
            number=first + n,
            state=state,
            category="damaged",
            customer_id=f"c{n}",
            room_id="r1",
            item="红颜草莓",
            facts={"words": "草莓烂了一半，怎么办呢，昨天刚到的，麻烦看一下"},
            opened_at=now,
            waiting_since=now,
            due_at=now,
            lines=3,
        ).values()
        for n in range(count)
    ]
    await office.desk.run(lambda c: c.execute(Ticket.table().insert(), rows))
