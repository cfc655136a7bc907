package dev.holdfast.require;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/** Checks one argument each; a violation is told as name, rule and value. */
public final class Require {

  private Require() {}

  /** Returns {@code value} if it is at least {@code least}. */
  public static int atLeast(int least, String name, int value) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s must be at least %d, but was %d".formatted(name, least, value));
    }
    return value;
  }

  /** Returns {@code value} if it is at least {@code least}. */
  public static long atLeast(long least, String name, long value) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s must be at least %d, but was %d".formatted(name, least, value));
    }
    return value;
  }

  /** Returns {@code value} if it is longer than zero. */
  public static Duration positive(String name, Duration value) {
    Objects.requireNonNull(value, name);
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException("%s must be positive, but was %s".formatted(name, value));
    }
    return value;
  }

  /** Returns {@code value} if it is zero or longer. */
  public static Duration notNegative(String name, Duration value) {
    Objects.requireNonNull(value, name);
    if (value.isNegative()) {
      throw new IllegalArgumentException(
          "%s must not be negative, but was %s".formatted(name, value));
    }
    return value;
  }

  /** Returns {@code values} as a set if the rule holds for each; {@code described} says it. */
  public static <T> Set<T> each(
      String name, String described, Predicate<? super T> rule, T[] values) {
    for (var value : values) {
      if (!rule.test(Objects.requireNonNull(value, name))) {
        throw new IllegalArgumentException(
            "%s must have %s, but had %s".formatted(name, described, value));
      }
    }
    return Set.copyOf(List.of(values));
  }

  /** Returns {@code value} if it has a character that is not white space. */
  public static String notBlank(String name, String value) {
    Objects.requireNonNull(value, name);
    if (value.isBlank()) {
      throw new IllegalArgumentException(
          "%s must not be blank, but was '%s'".formatted(name, value));
    }
    return value;
  }

  /** Checks that {@code value} is new where the rule allows it once only. */
  public static void once(boolean isNew, String name, String rule, String value) {
    if (!isNew) {
      throw new IllegalArgumentException(
          "%s must be %s, but was '%s' again".formatted(name, rule, value));
    }
  }

  /** Returns {@code value} if it is above 0 and at most 1. */
  public static double fraction(String name, double value) {
    if (!(value > 0 && value <= 1)) {
      throw new IllegalArgumentException("%s must be in (0, 1], but was %s".formatted(name, value));
    }
    return value;
  }
}
