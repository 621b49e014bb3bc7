"""Every fork in the road: pure functions of the state, and of the settings where a limit is one."""

from typing import Literal

from langgraph.runtime import Runtime

from ..nodes.corrections import corrects, to_work_in
from ..nodes.history import standing_question
from ..nodes.state import ANSWERED, ASKING, DIFFERENCE, NO_REPLY, ConversationState, DialogState, ImageState
from ..tools.question_rules import NOTHING_LEFT, TRIES
from ..tools.rewriting.denials import denials
from ..tools.user import says_unasked
from .config import Config, config_of

END: Literal["__end__"] = "__end__"


def at_start(state: ConversationState) -> Literal["hear", "open_round"]:
    """A message that somebody has sent is heard first; whoever gives a description needs no messages."""
    messages = state.get("messages")
    return "hear" if messages and messages[-1].type == "human" else "open_round"


def after_hear(state: ConversationState) -> list[Literal["open_round", "say", "merge", "dialog_refiner", "image_refiner", "__end__"]]:
    """What could not be used is said already. With a reply still to come that is asked for; otherwise the refiners take them in."""
    if state["messages"][-1].type != "human":
        return [END]
    if not state.get("rounds"):
        return ["open_round"]
    if state["chat"] == DIFFERENCE:
        return ["say"]
    return ["merge"] if state["answer"]["accepted"] else ["dialog_refiner", "image_refiner"]


def after_both(
    state: ConversationState, runtime: Runtime[Config]
) -> list[Literal["ask_openly", "say", "point", "merge", "rewrite", "re_prompt"]]:
    """A client that only sends messages is asked now, and answers in another run; others have answered. A person who has been asked nothing
    is asked openly: otherwise the rounds would run out without them. Who has pointed at results is asked nothing more. What is answered
    beside a correction is worked in now. Without a language model they have been heard without a question."""
    asked = standing_question(state["tries"]) or state["painting"] or says_unasked(state["answer"]) or _speechless(state)
    if config_of(runtime).user == "person" and not asked:
        return ["ask_openly"]
    if state.get("chat") == ASKING:
        return ["say"]
    return [*to_work_in(state)] or ["point" if _clicks(runtime) else "merge"]


def after_ask_openly(state: ConversationState) -> Literal["say", "answer"]:
    """As every question, it is said to a client that only sends messages, and put to others at once."""
    return "say" if state.get("chat") == ASKING else "answer"


def after_open_answer(state: ConversationState) -> Literal["rewrite", "both"]:
    """Skipped, or the picture is found: there is nothing to work in. What was said unasked is taken in first."""
    return "rewrite" if after_answer(state) == "rewrite" else "both"


def after_say(state: ConversationState) -> Literal["merge", "__end__"]:
    """Where there was nothing to ask, the round closes."""
    return "merge" if state["chat"] == ANSWERED and state["rounds"][-1]["round"] < state["round"] else END


def after_open_round(
    state: ConversationState, runtime: Runtime[Config]
) -> list[Literal["listen", "merge", "dialog_refiner", "image_refiner", "point"]]:
    """Round 0 is a plain search, unless a person rules something out or writes another language; from round 1 on both refiners work side
    by side. Who points and answers nothing needs neither."""
    if state["round"] == 0:
        person = config_of(runtime).user == "person"
        return ["listen"] if person and (state.get("language") or denials(state["description"])) else ["merge"]
    return ["point"] if _clicks(runtime) == "alone" else ["dialog_refiner", "image_refiner"]


def at_dialog_refiner(state: DialogState, runtime: Runtime[Config]) -> Literal["retrieve", "ask", "offer", "answer", "rewrite", "__end__"]:
    """Where no result comes from the dialog, no question is asked; where nobody looks at candidates, none are gathered. In a round that is
    asked again, the question is there. Without a language model a person is offered words instead."""
    config = config_of(runtime)
    if state.get("chat") == ANSWERED:
        return after_answer(state)
    if _speechless(state):
        return END if config.user != "person" else _to_the_user(state) if state.get("offered") else "offer"
    if state["tries"]:
        return _to_the_user(state) if standing_question(state["tries"]) else END
    if not config.dialog_num:
        return END
    return "retrieve" if config.with_context or config.questions > 1 else "ask"


def after_retrieve(state: DialogState) -> Literal["cluster_context", "answer", "__end__"]:
    """Where a model has failed, an open question stands already."""
    return _to_the_user(state) if _failed(state) else "cluster_context"


def after_context(state: DialogState, runtime: Runtime[Config]) -> Literal["ask", "ask_several", "answer", "__end__"]:
    """One question after another until one is valid (DIR-TIR), or several to choose of (PlugIR)."""
    if _failed(state):
        return _to_the_user(state)
    return "ask_several" if config_of(runtime).questions > 1 else "ask"


def after_ask_several(state: DialogState) -> Literal["answer", "__end__"]:
    """Where no question stands, the round goes on without one."""
    return _to_the_user(state) if standing_question(state["tries"]) else END


def at_image_refiner(state: ImageState, runtime: Runtime[Config]) -> Literal["generate", "critique", "re_prompt", "__end__"]:
    """Where no result comes from a painting, or nobody paints, none is painted and nobody is asked about one. In a round that is asked
    again, it is there."""
    if state.get("chat") == ANSWERED:
        return after_critique(state)
    if state["painting"]:
        return after_generate(state)
    return "generate" if config_of(runtime).paints and "painter" not in state.get("lacks", ()) else END


def after_ask(state: DialogState) -> Literal["filter_uncertain", "answer", "ask", "__end__"]:
    """What is no question at all, or was asked before, need not be judged."""
    if _failed(state):
        return _to_the_user(state)
    return "filter_uncertain" if standing_question(state["tries"]) else _next_rung(state)


def after_filter(state: DialogState) -> Literal["answer", "ask", "__end__"]:
    """A valid question goes to the user; after the last try the round goes on without one."""
    return _to_the_user(state) if standing_question(state["tries"]) else _next_rung(state)


def after_offer(state: DialogState) -> Literal["answer", "__end__"]:
    """Words or none: whoever looks for a picture is heard."""
    return _to_the_user(state)


def after_answer(state: DialogState | ConversationState) -> Literal["rewrite", "__end__"]:
    """Skipped, or the picture is found: there is nothing to work in. Beside a correction that is done once both refiners are through."""
    return "rewrite" if state["answer"]["text"] and not corrects(state["answer"], "description") else END


def after_generate(state: ImageState) -> Literal["critique", "__end__"]:
    """Where the painter has failed, there is nothing to compare; who only sends messages is asked when both refiners are done."""
    return "critique" if state["painting"] and not state.get("chat") else END


def after_critique(state: ImageState) -> Literal["re_prompt", "__end__"]:
    """Skipped, or the picture is found: there is nothing to work in. Beside a correction that is done once both refiners are through."""
    reply = state["critique"]["reply"] if state["critique"] else NO_REPLY
    return "re_prompt" if reply["text"] and not corrects(reply, "prompt") else END


def after_merge(state: ConversationState, runtime: Runtime[Config]) -> Literal["open_round", "say", "__end__"]:
    """Another round, unless the picture is found or the rounds are used up (ten in the paper)."""
    if not state["rounds"][-1]["accepted"] and state["round"] < config_of(runtime).max_rounds:
        return "open_round"
    return "say" if state.get("chat") else END


def _to_the_user(state: DialogState) -> Literal["answer", "__end__"]:
    """Who only sends messages is asked when both refiners are done."""
    return END if state.get("chat") else "answer"


def _clicks(runtime: Runtime[Config]) -> str:
    """How the simulated user points; nothing for a person, who does it unasked."""
    config = config_of(runtime)
    return config.clicks if config.user == "simulated" and config.clicks != "none" else ""


def _speechless(state: DialogState | ConversationState) -> bool:
    """Whether the profile has no language model; conversations of version 0.1 lack the channel."""
    return "llm" in state.get("lacks", ())


def _failed(state: DialogState) -> bool:
    return bool(state.get("dialog_failure"))  # conversations of version 0.1 lack it


def _next_rung(state: DialogState) -> Literal["ask", "__end__"]:
    given_up = state["tries"][-1]["reason"] == NOTHING_LEFT
    return "ask" if len(state["tries"]) < TRIES and not given_up else END
