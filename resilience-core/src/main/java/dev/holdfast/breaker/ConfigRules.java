package dev.holdfast.breaker;

import dev.holdfast.require.Require;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which settings a breaker of a name gets: those of its very name, otherwise those of the first
 * pattern that fits, otherwise the default. Immutable.
 */
record ConfigRules(
    Map<String, CircuitBreakerConfig> byNameOrPattern, CircuitBreakerConfig defaultConfig) {

  private static final char WILDCARD = '*';

  CircuitBreakerConfig of(String name) {
    var rule = ruleOf(name);
    var config = rule == null ? null : byNameOrPattern.get(rule);
    return config == null ? defaultConfig : config;
  }

  /** The name or pattern whose settings those of this name are; null if they are the default. */
  @Nullable String ruleOf(String name) {
    if (names(name)) {
      return name;
    }
    for (var rule : byNameOrPattern.keySet()) {
      if (rule.indexOf(WILDCARD) >= 0 && matches(rule, name)) {
        return rule;
      }
    }
    return null;
  }

  /** Whether it has settings of its own. */
  boolean names(String name) {
    return byNameOrPattern.containsKey(name);
  }

  ConfigRules with(String nameOrPattern, CircuitBreakerConfig config) {
    Require.notBlank("nameOrPattern", nameOrPattern);
    Objects.requireNonNull(config, "config");
    var changed = new LinkedHashMap<>(byNameOrPattern);
    changed.put(nameOrPattern, config);
    return new ConfigRules(changed, defaultConfig);
  }

  ConfigRules withDefault(CircuitBreakerConfig config) {
    return new ConfigRules(byNameOrPattern, Objects.requireNonNull(config, "defaultConfig"));
  }

  /** Whether {@code pattern}, in which each {@code *} stands for any text, is that of the name. */
  static boolean matches(String pattern, String name) {
    int star = -1;
    int mark = 0;
    int p = 0;
    int n = 0;
    while (n < name.length()) {
      if (p < pattern.length() && pattern.charAt(p) == WILDCARD) {
        star = p++;
        mark = n;
      } else if (p < pattern.length() && pattern.charAt(p) == name.charAt(n)) {
        p++;
        n++;
      } else if (star >= 0) {
        // The last star takes one more character, and the rest of the pattern starts over.
        p = star + 1;
        n = ++mark;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == WILDCARD) {
      p++;
    }
    return p == pattern.length();
  }
}
