package dev.holdfast.answers;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds answers by what is left of a prompt without its differences in spelling. */
final class NormalizedPrompts<T> implements SimilarAnswers<T> {

  private static final Pattern DOUBLE_QUOTES = Pattern.compile("[\u201c-\u201f\u00ab\u00bb]");
  private static final Pattern SINGLE_QUOTES = Pattern.compile("[\u2018-\u201b]");

  /** A point inside a word or a number has a meaning; one at its end has none. */
  private static final Pattern END_OF_WORD =
      Pattern.compile("[.,;:?!\u3001\u3002]+(?=\\p{IsWhite_Space}|$)");

  private static final Pattern SPACE = Pattern.compile("\\p{IsWhite_Space}+");

  private final ResponseStore<T> store;

  NormalizedPrompts(ResponseStore<T> store) {
    this.store = store;
  }

  @Override
  public CompletionStage<@Nullable StoredResponse<T>> find(RequestKey key, String prompt) {
    return store.get(similar(key, prompt));
  }

  @Override
  public CompletionStage<?> add(RequestKey key, String prompt, T value) {
    return store.put(similar(key, prompt), value);
  }

  private static RequestKey similar(RequestKey key, String prompt) {
    return key.withContent(normalized(prompt).getBytes(StandardCharsets.UTF_8));
  }

  /** Upper case first, because some letters have two lower cases but one upper case. */
  static String normalized(String prompt) {
    var text = Normalizer.normalize(prompt, Normalizer.Form.NFKC);
    text = text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    text = DOUBLE_QUOTES.matcher(text).replaceAll("\"");
    text = SINGLE_QUOTES.matcher(text).replaceAll("'");
    text = END_OF_WORD.matcher(text).replaceAll(" ");
    return SPACE.matcher(text).replaceAll(" ").strip();
  }
}
