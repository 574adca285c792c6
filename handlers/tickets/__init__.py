"""Tickets: complaints to an agent and back, in the group, in private and in the agents' room."""

from handlers import Filter, anything, gate, in_agent_room, in_private, intent, kind
from handlers.tickets import (
    afterwards,
    agent_room,
    answers,
    calling,
    chasing,
    choice,
    customer,
    intake,
    money,
    recourse,
)
from handlers.tickets import commands as _commands
from handlers.tickets import photos as _photos
from handlers.tickets.base import router
from handlers.tickets.queueing import (
    BREACH,
    OPENS,
    PROMISE,
    SILENT,
    SOLVING_BREACH,
    SOLVING_WARNING,
    WARNING,
)

__all__ = ["router"]

at_the_desk = in_agent_room | (in_private & Filter(agent_room.is_for_desk))
with_case = ~in_agent_room & gate("case", customer.may_have_case)

# In this order: who works, who is being helped, who begins.
router.message(Filter(recourse.asks))(recourse.recourse)
router.message(at_the_desk)(agent_room.agents_word)
router.message(~in_agent_room & ~in_private & Filter(money.is_decision))(money.decide)
router.message(~in_agent_room & Filter(customer.is_answer_in_group))(customer.human_spoke)
router.message(~in_agent_room & Filter(choice.asks_for))(choice.choose)
router.message(~in_agent_room & Filter(choice.names_an_elder))(choice.set_elder)
router.message(with_case)(answers.satisfaction)
router.message(with_case)(answers.whether_over)
router.message(with_case)(answers.refund_arrived)
router.message(~in_agent_room & Filter(intake.sounds_ill))(intake.fell_ill)
router.message(with_case)(customer.while_human_talks)
router.message(with_case)(afterwards.dispute)
router.message(with_case)(answers.slot_answer)
router.message(with_case & kind("image"))(customer.photo)
router.message(with_case)(answers.gives_up)
router.message(with_case)(afterwards.how_it_stands)
router.message(with_case)(afterwards.again)
router.message(~in_agent_room & Filter(afterwards.wants_mediation))(afterwards.mediate)
router.message(intent("ask_human") & ~in_agent_room)(calling.call_human)
router.message(intent("complaint") & ~in_agent_room)(intake.complain)
router.message(intent("chitchat") & ~in_agent_room & ~in_private)(intake.me_too)
router.message(~in_agent_room & kind("image"))(customer.photo)
router.message(with_case & anything)(customer.anything_else)

router.timer(OPENS, rank=15)(chasing.open_desk)
router.timer(WARNING, rank=20)(chasing.warn)
router.timer(PROMISE, rank=21)(chasing.chase)
router.timer(BREACH, rank=22)(chasing.breach)
router.timer(SOLVING_WARNING, rank=23)(chasing.warn_unsolved)
router.timer(SOLVING_BREACH, rank=24)(chasing.breach_unsolved)
router.timer(SILENT, rank=25)(chasing.pass_on)
router.timer("incident_promise", rank=30)(chasing.chase_incident)
router.timer("refund_check", rank=60)(chasing.check_refund)
router.timer("ticket_close", rank=70)(chasing.close)
router.timer("ticket_retention", rank=95)(chasing.forget_talk)
_commands.register(router)
_photos.register(router)
