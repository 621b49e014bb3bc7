"""Language model: a causal model of transformers, behind LangChain's chat model."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

from langchain_core.messages import HumanMessage

from .replying import reply_within
from .thinking import OPEN, without_thinking

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class TransformersLanguageModel:
    """The folder holds model, tokenizer and chat template."""

    def __init__(self, folder: Path, tries: int, generation: Mapping[str, Any]) -> None:
        import torch
        from langchain_huggingface import ChatHuggingFace, HuggingFacePipeline
        from transformers import AutoModelForCausalLM, AutoTokenizer, pipeline

        tokenizer = AutoTokenizer.from_pretrained(folder)
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, use_safetensors=True).eval()
        llm = HuggingFacePipeline(pipeline=pipeline("text-generation", model=model, tokenizer=tokenizer, device=-1), model_id=str(folder))
        self._chat = ChatHuggingFace(llm=llm, tokenizer=tokenizer, model_id=str(folder))
        self._tries = tries
        self._generation = generation
        hello = tokenizer.apply_chat_template([{"role": "user", "content": ""}], tokenize=False, add_generation_prompt=True)
        self._thinks = hello.rstrip().endswith(OPEN)
        self._lock = Lock()

    def reply(self, prompt: str) -> str:
        """One user message in, stripped text out, thinking removed. Raises BrokenReply when every try came back empty."""
        with self._lock:
            return reply_within(self._tries, self._generation, lambda settings: self._say(prompt, settings))

    def _say(self, prompt: str, settings: dict[str, Any]) -> str:
        # The chat template writes the special tokens; the tokenizer must not put its own in front of them.
        arguments = {**settings, "return_full_text": False, "add_special_tokens": False}
        message = self._chat.invoke([HumanMessage(prompt)], pipeline_kwargs=arguments)
        return without_thinking(str(message.content), opened=self._thinks)
