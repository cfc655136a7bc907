package dev.holdfast.breaker;

import dev.holdfast.thrown.Suppressed;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The admission of one call in CLOSED when a rule looks at how long calls take. */
final class TimedCall implements Admission {

  private final Closed closed;
  private final long since;
  private final @Nullable HangWatch watch;

  /** How long the content took; below zero while it has not come. Racing reports may lose. */
  private volatile long contentNanos = -1;

  TimedCall(Closed closed, long since, @Nullable HangWatch watch) {
    this.closed = closed;
    this.since = since;
    this.watch = watch;
    if (watch != null) {
      watch.add(this);
    }
  }

  long ageNanos(long now) {
    return now - since;
  }

  @Override
  public void contentArrived() {
    if (contentNanos < 0) {
      contentNanos = ageNanos(closed.now());
      leave();
    }
  }

  @Override
  public void success() {
    leave();
    closed.succeeded(isSlow());
  }

  @Override
  public void failure() {
    failed(null);
  }

  @Override
  public void failure(Duration retryAfter) {
    failed(retryAfter);
  }

  @Override
  public void failure(Throwable thrown, @Nullable Duration retryAfter) {
    try {
      if (closed.counts(thrown)) {
        failed(retryAfter);
      } else {
        release();
      }
    } catch (Throwable brokenClock) {
      Suppressed.add(thrown, brokenClock);
    }
  }

  @Override
  public void release() {
    leave();
  }

  private void failed(@Nullable Duration retryAfter) {
    leave();
    closed.failed(isSlow(), retryAfter);
  }

  private boolean isSlow() {
    long content = contentNanos;
    return closed.isSlow(content < 0 ? ageNanos(closed.now()) : content);
  }

  private void leave() {
    if (watch != null) {
      watch.remove(this);
    }
  }
}
