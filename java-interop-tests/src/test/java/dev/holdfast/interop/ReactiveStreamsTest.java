package dev.holdfast.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.TestAbortedException;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.SkipException;

/** The rules of Reactive Streams, one test each; those that cannot be tested are skipped. */
class ReactiveStreamsTest {

  private static List<Method> rules() {
    return Arrays.stream(FlowPublisherVerification.class.getMethods())
        .filter(method -> method.isAnnotationPresent(org.testng.annotations.Test.class))
        .sorted(Comparator.comparing(Method::getName))
        .toList();
  }

  @Test
  void rules_areFound() {
    assertThat(rules()).hasSizeGreaterThan(30);
  }

  @TestFactory
  Stream<DynamicTest> publisher_keepsTheRule() {
    return eachFor(ReactiveStreamsRules::new);
  }

  @TestFactory
  Stream<DynamicTest> sharedPublisher_keepsTheRule() {
    return eachFor(SharedStreamsRules::new);
  }

  private static Stream<DynamicTest> eachFor(Supplier<FlowPublisherVerification<Long>> rules) {
    return rules().stream()
        .map(rule -> DynamicTest.dynamicTest(rule.getName(), () -> check(rule, rules.get())));
  }

  private static void check(Method rule, FlowPublisherVerification<Long> rules) throws Throwable {
    rules.setUp();
    try {
      rule.invoke(rules);
    } catch (InvocationTargetException thrown) {
      throw thrown.getCause() instanceof SkipException skipped
          ? new TestAbortedException(skipped.getMessage())
          : thrown.getCause();
    }
  }
}
