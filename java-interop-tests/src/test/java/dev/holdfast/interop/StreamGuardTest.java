package dev.holdfast.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.outcome.FailureClass;
import dev.holdfast.providers.WireProtocol;
import dev.holdfast.providers.stream.FinishReason;
import dev.holdfast.providers.stream.StreamFault;
import dev.holdfast.providers.stream.StreamGuard;
import dev.holdfast.providers.stream.StreamProgress;
import dev.holdfast.providers.stream.StreamVerdict;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** The guard of streams, as Java sees it. */
class StreamGuardTest {

  private static final String CONTENT =
      "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}\n\n";
  private static final String FINISH =
      "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"length\"}],"
          + "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1}}\n\n";

  @Test
  void end_afterTheTerminator_isComplete() {
    var guard = StreamGuard.of(WireProtocol.OPENAI_CHAT);

    assertThat(guard.feed(": wait\n\n".getBytes(UTF_8))).isEqualTo(StreamProgress.ALIVE);
    assertThat(guard.feed(ByteBuffer.wrap(CONTENT.getBytes(UTF_8))))
        .isEqualTo(StreamProgress.CONTENT);
    assertThat(guard.contentSeen()).isTrue();
    assertThat(guard.contentEvents()).isEqualTo(1);
    assertThat(guard.feed((FINISH + "data: [DONE]\n\n").getBytes(UTF_8)))
        .isEqualTo(StreamProgress.FINISHED);
    assertThat(guard.finished()).isTrue();

    var verdict = guard.end();

    assertThat(verdict.toFailure()).isNull();
    assertThat(verdict)
        .isInstanceOfSatisfying(
            StreamVerdict.Complete.class,
            complete -> {
              assertThat(complete.finish()).isEqualTo(FinishReason.LENGTH);
              assertThat(complete.rawFinish()).isEqualTo("length");
              assertThat(complete.finish().failureClass()).isNull();
              assertThat(requireNonNull(complete.usage()).inputTokens()).isEqualTo(3);
              assertThat(requireNonNull(complete.usage()).outputTokens()).isEqualTo(1);
            });
  }

  @Test
  void broken_afterContent_isInterrupted() {
    var guard = StreamGuard.of(WireProtocol.OPENAI_CHAT);
    guard.feed(CONTENT.getBytes(UTF_8));

    var verdict = guard.broken();

    assertThat(verdict).isInstanceOf(StreamVerdict.Truncated.class);
    assertThat(verdict.contentSeen()).isTrue();
    assertThat(requireNonNull(verdict.toFailure()).failureClass())
        .isEqualTo(FailureClass.STREAM_INTERRUPTED);
  }

  @Test
  void classifier_ofOurOwn_isAskedForErrors() {
    var guard =
        StreamGuard.of(
            WireProtocol.ANTHROPIC_MESSAGES,
            error ->
                "lunch_error".equals(error.type())
                    ? FailureClass.OVERLOADED
                    : FailureClass.UNKNOWN);

    guard.feed(
        "data: {\"type\":\"error\",\"error\":{\"type\":\"lunch_error\"}}\n\n".getBytes(UTF_8));

    assertThat(guard.end())
        .isInstanceOfSatisfying(
            StreamVerdict.Errored.class,
            errored -> {
              assertThat(errored.failureClass()).isEqualTo(FailureClass.OVERLOADED);
              assertThat(requireNonNull(errored.error()).code()).isNull();
              assertThat(errored.fault()).isNull();
            });
  }

  @Test
  void feed_anEventOverTheLimit_isUnreadable() {
    var guard =
        StreamGuard.of(WireProtocol.OPENAI_CHAT, error -> FailureClass.UNKNOWN, CONTENT.length());

    guard.feed((CONTENT + CONTENT.replace("Hi", "x".repeat(100))).getBytes(UTF_8));

    assertThat(guard.end())
        .isInstanceOfSatisfying(
            StreamVerdict.Errored.class,
            errored -> assertThat(errored.fault()).isEqualTo(StreamFault.TOO_LARGE));
  }

  @Test
  void badInput_isRefusedByNameRuleAndValue() {
    assertThatThrownBy(() -> StreamGuard.of(WireProtocol.GEMINI, error -> FailureClass.UNKNOWN, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxEventBytes must be at least 1, but was 0");
    assertThatThrownBy(() -> StreamGuard.of(WireProtocol.GEMINI).feed(new byte[4], 2, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
