package dev.holdfast.interop;

import dev.holdfast.stream.SharedPublishers;
import java.util.concurrent.Flow.Publisher;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;

/** What the makers of Reactive Streams ask of a publisher, for those that are shared. */
public final class SharedStreamsRules extends FlowPublisherVerification<Long> {

  /** Creates the rules with as long to wait for a signal, and as long for none. */
  public SharedStreamsRules() {
    super(new TestEnvironment(2_000, 50));
  }

  @Override
  public Publisher<Long> createFlowPublisher(long elements) {
    return SharedPublishers.<Long>create().share("key", new CountingPublisher(elements));
  }

  /** None: as nobody is subscribed to before the first demand, nobody has failed before it. */
  @Override
  public @Nullable Publisher<Long> createFailedFlowPublisher() {
    return null;
  }
}
