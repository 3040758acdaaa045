"""An AI provider in a few lines: it agrees with everything, and tells the tokens that it used."""

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

router = APIRouter(prefix="/v1", tags=["AI provider"])


class Question(BaseModel):
    """What is asked of which model."""

    model: str = Field(max_length=64)
    prompt: str = Field(max_length=10_000)


class Usage(BaseModel):
    """Tokens that a call used."""

    input_tokens: int
    output_tokens: int


class Answer(BaseModel):
    """An answer, and what it used."""

    model: str
    text: str
    usage: Usage


@router.post("/messages")
async def answer(question: Question, request: Request) -> Answer:
    """Agrees."""
    tokens = request.app.state.switch.now.llm_tokens
    used = len(question.prompt) // 4 if tokens is None else tokens
    return Answer(model=question.model, text="yes", usage=Usage(input_tokens=used, output_tokens=1 if tokens is None else tokens // 4))
