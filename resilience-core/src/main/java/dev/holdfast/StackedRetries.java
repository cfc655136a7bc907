package dev.holdfast;

import dev.holdfast.log.Log;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Warns once when what tries again is called by something that tries again as well. */
final class StackedRetries {

  private static final Log LOG = Log.of("dev.holdfast");

  private final AtomicReference<@Nullable ChainWarning> noticed = new AtomicReference<>();

  /** A call of {@code inner} is made inside an attempt of {@code outer}. */
  static void notice(Resilience outer, Resilience inner) {
    if (triesAgain(outer) && triesAgain(inner)) {
      inner.shared.stackedRetries().notice(inner.feature());
    }
  }

  private static boolean triesAgain(Resilience resilience) {
    return resilience.retry().maxAttempts() > 1 || resilience.chain().size() > 1;
  }

  void notice(@Nullable String feature) {
    if (noticed.get() != null) {
      return;
    }
    var where = feature == null ? "A call" : "A call of feature '%s'".formatted(feature);
    var message =
        where
            + " is made inside an attempt of another one, or has retries inside its attempts:"
            + " both try again, so attempts multiply. Leave the retries to one of them";
    var warning = new ChainWarning(feature, ChainWarning.Kind.STACKED_RETRIES, message);
    if (noticed.compareAndSet(null, warning)) {
      LOG.write(Level.WARNING, () -> message);
    }
  }

  /** The warnings that were known before, and this one if there is reason for it. */
  List<ChainWarning> after(List<ChainWarning> known) {
    var mine = noticed.get();
    return mine == null ? known : Stream.concat(known.stream(), Stream.of(mine)).toList();
  }
}
