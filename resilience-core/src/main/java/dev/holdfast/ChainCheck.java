package dev.holdfast;

import dev.holdfast.log.Log;
import dev.holdfast.model.ChainStep;
import dev.holdfast.model.Feature;
import dev.holdfast.model.Model;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks for mistakes in the chains of a {@link Resilience} before the first call is made. */
final class ChainCheck {

  private static final Log LOG = Log.of("dev.holdfast");

  private final Map<String, Model> models;
  private final List<ChainWarning> warnings = new ArrayList<>();

  ChainCheck(Map<String, Model> models) {
    this.models = models;
  }

  /**
   * Refuses chains that name unknown models, and warns of those that are probably not meant.
   *
   * @throws IllegalArgumentException if a chain names a model that is not declared
   */
  List<ChainWarning> check(List<ChainStep> common, Collection<Feature> features) {
    check(null, common);
    for (var feature : features) {
      requireKnown(feature);
      if (!feature.chain().isEmpty()) {
        check(feature.name(), feature.chain());
      }
    }
    warnings.forEach(warning -> LOG.write(Level.WARNING, warning::message));
    return List.copyOf(warnings);
  }

  private void requireKnown(Feature feature) {
    for (var step : feature.chain()) {
      if (!models.containsKey(step.model())) {
        throw new IllegalArgumentException(
            "chain of feature '%s' must name declared models, but has '%s'; declared are %s"
                .formatted(feature.name(), step.model(), models.keySet()));
      }
    }
  }

  private void check(@Nullable String feature, List<ChainStep> steps) {
    var chain = steps.stream().map(step -> models.get(step.model())).toList();
    var names = chain.stream().map(Model::name).toList();
    var pool = chain.get(0).quotaPool();
    if (chain.size() > 1
        && pool != null
        && chain.stream().allMatch(model -> pool.equals(model.quotaPool()))) {
      warn(
          feature,
          ChainWarning.Kind.ONE_QUOTA_POOL,
          "The models %s all share the quota pool '%s': a rate limit stops them all at once"
              .formatted(names, pool));
    }
    int largest = 0;
    for (var model : chain) {
      if (model.contextTokens() > 0 && model.contextTokens() < largest) {
        warn(
            feature,
            ChainWarning.Kind.SMALLER_CONTEXT,
            "In the chain %s, '%s' holds %d tokens, fewer than a model before it with %d"
                .formatted(names, model.name(), model.contextTokens(), largest));
      }
      largest = Math.max(largest, model.contextTokens());
    }
  }

  private void warn(@Nullable String feature, ChainWarning.Kind kind, String message) {
    var where = feature == null ? message : "Feature '%s': %s".formatted(feature, message);
    warnings.add(new ChainWarning(feature, kind, where));
  }
}
