"""The tools in an agent of LangGraph's own making, whose model speaks from a script; and the search as a part of a larger graph."""

from __future__ import annotations

import re
from typing import Any

from dir_tir import ImageSearch
from dir_tir.chat.chatbot.arguments import TOOLS
from dir_tir.chat.chatbot.langchain import image_search_tools
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode, tools_condition
from postcards import Hunt


class Scripted(BaseChatModel):
    """Calls the tools with what the user says, and tells the user what the tools say."""

    caption: str

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        last = messages[-1]
        if isinstance(last, ToolMessage):
            return self._said(AIMessage(str(last.content)))
        told = [message for message in messages if isinstance(message, ToolMessage)]
        if not told:
            return self._called("start_search", description=last.content)
        conversation = re.findall(r"Conversation (\w{32})", str(told[0].content))[0]
        if hit := re.search(rf"^(\d+)\. {re.escape(self.caption)} \(", str(told[-1].content), re.MULTILINE):
            return self._called("mark_found", conversation=conversation, number=int(hit[1]))
        return self._called("answer_search", conversation=conversation, answer=last.content)

    def _called(self, name: str, **arguments: Any) -> ChatResult:
        return self._said(AIMessage("", tool_calls=[{"name": name, "args": arguments, "id": "call"}]))

    def _said(self, message: AIMessage) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=message)])


def test_an_agent_relays_the_questions_and_finds_the_picture(hunt: Hunt) -> None:
    with ImageSearch(hunt.gallery) as search:
        tools = image_search_tools(search)
        model = Scripted(caption=hunt.caption)
        builder = StateGraph(MessagesState)
        builder.add_node("agent", lambda state: {"messages": [model.invoke(state["messages"])]})
        builder.add_node("tools", ToolNode(tools))
        builder.add_edge(START, "agent")
        builder.add_conditional_edges("agent", tools_condition)
        builder.add_edge("tools", "agent")
        agent = builder.compile()
        messages: list[BaseMessage] = [HumanMessage(hunt.description)]
        for _ in range(8):
            messages = agent.invoke({"messages": messages})["messages"]
            said = str(messages[-1].content)
            if said.startswith("Found:"):
                break
            question = re.findall(r"Question for the user: (.*)", said)
            messages.append(HumanMessage(hunt.answer(question[0]) if question else hunt.caption))
    assert said.startswith(f"Found: {hunt.caption}")
    first = next(message for message in messages if isinstance(message, ToolMessage))
    captions, paths = zip(*first.artifact, strict=True)
    assert (len(paths), all(path.is_file() for path in paths)) == (11, True)
    assert captions[10] == "The painting of what has been understood"


def test_what_is_refused_is_told_to_the_model_and_ends_nothing(hunt: Hunt) -> None:
    with ImageSearch(hunt.gallery) as search:
        tools = {tool.name: tool for tool in image_search_tools(search)}
        assert list(tools) == list(TOOLS)
        start, answer, back = tools["start_search"], tools["answer_search"], tools["go_back"]
        assert "Never answer for the user" in start.description
        marks = {"more_like", "not_these", "show_again"}
        assert answer.args.keys() == {"conversation", "answer", "difference", "description", "prompt", "ruled_out", *marks}
        assert back.args.keys() == {"conversation", "to_round", "branch"}
        said = answer.invoke({"name": "answer_search", "args": {"conversation": "nobody"}, "id": "1", "type": "tool_call"})
        assert (said.status, "there is no conversation 'nobody'" in said.content) == ("error", True)
        assert "is empty" in start.invoke({"name": "start_search", "args": {"description": " "}, "id": "1", "type": "tool_call"}).content
