package dev.holdfast.benchmarks;

import dev.holdfast.providers.WireProtocol;
import dev.holdfast.providers.stream.StreamGuard;
import dev.holdfast.providers.stream.StreamVerdict;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import kotlinx.serialization.json.Json;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * A streamed answer of 1 MB, read in pieces of 8 KiB with and without a guard. Reading is what a
 * client does at least: decode lines, and parse the JSON of each event. The bare copy, which no
 * client could live on, shows the cost of the guard itself.
 */
public class StreamReading {

  /** The answer. */
  @State(Scope.Benchmark)
  public static class Answer {
    private final byte[] bytes = ChatStream.ofAbout(1 << 20);
  }

  @Benchmark
  public void parsed(Answer answer, Blackhole hole) throws IOException {
    parse(new Pieces(answer.bytes, null), hole);
  }

  @Benchmark
  public StreamVerdict parsedGuarded(Answer answer, Blackhole hole) throws IOException {
    var guard = StreamGuard.of(WireProtocol.OPENAI_CHAT);
    parse(new Pieces(answer.bytes, guard), hole);
    return guard.end();
  }

  @Benchmark
  public void copied(Answer answer, Blackhole hole) {
    copy(new Pieces(answer.bytes, null), hole);
  }

  @Benchmark
  public StreamVerdict copiedGuarded(Answer answer, Blackhole hole) {
    var guard = StreamGuard.of(WireProtocol.OPENAI_CHAT);
    copy(new Pieces(answer.bytes, guard), hole);
    return guard.end();
  }

  private static void parse(Pieces pieces, Blackhole hole) throws IOException {
    var reader = new BufferedReader(new InputStreamReader(pieces, StandardCharsets.UTF_8));
    for (var line = reader.readLine(); line != null; line = reader.readLine()) {
      if (line.startsWith("data: {")) {
        hole.consume(Json.Default.parseToJsonElement(line.substring("data: ".length())));
      }
    }
  }

  private static void copy(Pieces pieces, Blackhole hole) {
    var buffer = new byte[Pieces.SIZE];
    while (pieces.read(buffer, 0, buffer.length) >= 0) {
      hole.consume(buffer);
    }
  }
}
