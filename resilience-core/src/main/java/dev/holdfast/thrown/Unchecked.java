package dev.holdfast.thrown;

/** Throws what the compiler cannot follow on its way through a plan or a future. */
public final class Unchecked {

  private Unchecked() {}

  /**
   * The failure of a call, which is known to be an {@code E} or unchecked.
   *
   * @throws E always
   */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  public static <E extends Throwable> E rethrow(Throwable failure) throws E {
    throw (E) failure;
  }
}
