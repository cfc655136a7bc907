package dev.holdfast.interop;

import dev.holdfast.Resilience;
import dev.holdfast.model.Model;
import java.util.concurrent.Flow.Publisher;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;

/** What the makers of Reactive Streams ask of a publisher, for those of a {@link Resilience}. */
public final class ReactiveStreamsRules extends FlowPublisherVerification<Long> {

  private final Resilience resilience = Resilience.builder().model(Model.of("claude")).build();

  /** Creates the rules with as long to wait for a signal, and as long for none. */
  public ReactiveStreamsRules() {
    super(new TestEnvironment(2_000, 50));
  }

  @Override
  public Publisher<Long> createFlowPublisher(long elements) {
    return resilience.publisher(attempt -> new CountingPublisher(elements));
  }

  /** None: as no model is asked before the first demand, none has failed before it. */
  @Override
  public @Nullable Publisher<Long> createFailedFlowPublisher() {
    return null;
  }
}
