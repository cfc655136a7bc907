package dev.holdfast.answers;

/**
 * What has become of the questions of one {@link Answers} since it was built. While they come and
 * go the numbers may be a moment apart.
 *
 * @param asked the questions
 * @param replayed those that a kept answer was given to, so that no model was asked
 * @param joined those that were in flight already, so that no second call was made
 * @param degradedExact the degraded answers from the same question; one that several questions
 *     shared counts once
 * @param degradedSimilar the degraded answers from a similar question
 * @param degradedStatic the static degraded answers
 * @param storeFailures how often the store, or the finder of similar answers, threw, failed or was
 *     late
 */
public record AnswerCounts(
    long asked,
    long replayed,
    long joined,
    long degradedExact,
    long degradedSimilar,
    long degradedStatic,
    long storeFailures) {

  /** All degraded answers. */
  public long degraded() {
    return degradedExact + degradedSimilar + degradedStatic;
  }
}
