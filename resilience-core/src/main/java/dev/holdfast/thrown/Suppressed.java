package dev.holdfast.thrown;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The failures that came before the one that is thrown. */
public final class Suppressed {

  private static final int MOST = 16;

  private Suppressed() {}

  /** The given failures and one more; as they are if nobody would want to read more of them. */
  public static List<Throwable> append(List<Throwable> failures, Throwable next) {
    if (failures.size() >= MOST) {
      return failures;
    }
    var longer = new ArrayList<Throwable>(failures.size() + 1);
    longer.addAll(failures);
    longer.add(next);
    return longer;
  }

  /** Adds the earlier failures to the last one, as {@link #add(Throwable, Throwable)} does. */
  public static void add(Throwable last, List<? extends Throwable> earlier) {
    for (var failure : earlier) {
      add(last, failure);
    }
  }

  /**
   * Adds another failure to the one that is thrown. One exception object may be thrown many times,
   * so it is never added to itself or twice, and does not gather the failures of all its calls.
   */
  public static void add(Throwable thrown, Throwable other) {
    var present = thrown.getSuppressed();
    boolean known = other == thrown || Arrays.stream(present).anyMatch(one -> one == other);
    if (!known && present.length < MOST) {
      thrown.addSuppressed(other);
    }
  }
}
