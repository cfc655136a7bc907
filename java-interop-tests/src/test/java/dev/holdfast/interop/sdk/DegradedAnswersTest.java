package dev.holdfast.interop.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseStreamEvent;
import dev.holdfast.providers.WireProtocol;
import dev.holdfast.providers.degraded.DegradedAnswer;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The vendors' own types take degraded answers for valid ones, whole and as streams. */
class DegradedAnswersTest {

  private static final String END_OF_CHAT = "[DONE]";

  private final JsonMapper anthropic = com.anthropic.core.ObjectMappers.jsonMapper();
  private final JsonMapper openai = com.openai.core.ObjectMappers.jsonMapper();

  @ParameterizedTest
  @ValueSource(strings = {"Try again.", "", "\"é\"\n\\ \u0001 😀"})
  void messages_json_isAValidMessage(String text) throws Exception {
    var json = new DegradedAnswer(text).json(WireProtocol.ANTHROPIC_MESSAGES);

    var message = anthropic.readValue(json, Message.class).validate();

    assertThat(textOf(message)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Try again.", "", "\"é\"\n\\ \u0001 😀"})
  void messages_events_makeAValidMessage(String text) throws Exception {
    var accumulator = MessageAccumulator.create();

    for (var data : data(text, WireProtocol.ANTHROPIC_MESSAGES)) {
      accumulator.accumulate(anthropic.readValue(data, RawMessageStreamEvent.class).validate());
    }

    assertThat(textOf(accumulator.message().validate())).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Try again.", "", "\"é\"\n\\ \u0001 😀"})
  void chat_json_isAValidCompletion(String text) throws Exception {
    var json = new DegradedAnswer(text).json(WireProtocol.OPENAI_CHAT);

    var completion = openai.readValue(json, ChatCompletion.class).validate();

    assertThat(textOf(completion)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Try again.", "", "\"é\"\n\\ \u0001 😀"})
  void chat_events_makeAValidCompletion(String text) throws Exception {
    var accumulator = ChatCompletionAccumulator.create();
    var events = data(text, WireProtocol.OPENAI_CHAT);

    assertThat(events).endsWith(END_OF_CHAT);
    for (var data : events.subList(0, events.size() - 1)) {
      accumulator.accumulate(openai.readValue(data, ChatCompletionChunk.class).validate());
    }

    assertThat(textOf(accumulator.chatCompletion().validate())).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Try again.", "", "\"é\"\n\\ \u0001 😀"})
  void responses_json_isAValidResponse(String text) throws Exception {
    var json = new DegradedAnswer(text).json(WireProtocol.OPENAI_RESPONSES);

    var response = openai.readValue(json, Response.class).validate();

    assertThat(textOf(response)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Try again.", "", "\"é\"\n\\ \u0001 😀"})
  void responses_events_makeAValidResponse(String text) throws Exception {
    var accumulator = ResponseAccumulator.create();

    for (var data : data(text, WireProtocol.OPENAI_RESPONSES)) {
      accumulator.accumulate(openai.readValue(data, ResponseStreamEvent.class).validate());
    }

    assertThat(textOf(accumulator.response().validate())).isEqualTo(text);
  }

  private static List<String> data(String text, WireProtocol protocol) {
    return new DegradedAnswer(text)
        .events(protocol)
        .lines()
        .filter(line -> line.startsWith("data: "))
        .map(line -> line.substring("data: ".length()))
        .toList();
  }

  private static String textOf(Message message) {
    return message.content().get(0).asText().text();
  }

  private static String textOf(ChatCompletion completion) {
    return completion.choices().get(0).message().content().orElseThrow();
  }

  private static String textOf(Response response) {
    return response.output().get(0).asMessage().content().get(0).asOutputText().text();
  }
}
