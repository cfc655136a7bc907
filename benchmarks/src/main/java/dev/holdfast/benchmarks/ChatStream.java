package dev.holdfast.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** A streamed answer of OpenAI's Chat Completions: a few characters in each chunk, as they come. */
final class ChatStream {

  private ChatStream() {}

  private static final String CHUNK =
      "data: {\"id\":\"chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG\",\"object\":\"chat.completion.chunk\","
          + "\"created\":1741570283,\"model\":\"gpt-4o-2024-08-06\",\"service_tier\":\"default\","
          + "\"system_fingerprint\":\"fp_50cad350e4\",\"choices\":[{\"index\":0,\"delta\":%s,"
          + "\"logprobs\":null,\"finish_reason\":%s}]}\n\n";

  /** The bytes of a complete answer that is not much larger than this. */
  static byte[] ofAbout(int size) {
    var random = new SplittableRandom(7);
    var stream = new StringBuilder(size + 1_000);
    stream.append(CHUNK.formatted("{\"role\":\"assistant\",\"content\":\"\"}", "null"));
    while (stream.length() < size) {
      var text = Long.toString(random.nextLong(1L << 45), 36).substring(0, random.nextInt(1, 8));
      stream.append(CHUNK.formatted("{\"content\":\" " + text + "\"}", "null"));
    }
    stream.append(CHUNK.formatted("{}", "\"stop\"")).append("data: [DONE]\n\n");
    return stream.toString().getBytes(StandardCharsets.UTF_8);
  }
}
