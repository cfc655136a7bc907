package dev.holdfast.benchmarks;

import dev.holdfast.providers.stream.StreamGuard;
import java.io.InputStream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** A body as it comes from the network, in pieces of 8 KiB, which a guard may look at. */
@NullMarked
final class Pieces extends InputStream {

  static final int SIZE = 8 * 1024;

  private final byte[] bytes;
  private final @Nullable StreamGuard guard;
  private int position;

  Pieces(byte[] bytes, @Nullable StreamGuard guard) {
    this.bytes = bytes;
    this.guard = guard;
  }

  @Override
  public int read() {
    throw new UnsupportedOperationException("read() of a single byte");
  }

  @Override
  public int read(byte[] buffer, int offset, int length) {
    int size = Math.min(Math.min(length, SIZE), bytes.length - position);
    if (size == 0) {
      return -1;
    }
    System.arraycopy(bytes, position, buffer, offset, size);
    position += size;
    if (guard != null) {
      guard.feed(buffer, offset, size);
    }
    return size;
  }
}
