package dev.holdfast.pit

import io.kotest.core.spec.Spec
import java.util.Optional
import org.junit.platform.engine.discovery.DiscoverySelectors.selectClass
import org.junit.platform.launcher.EngineFilter.includeEngines
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder.request
import org.junit.platform.launcher.core.LauncherFactory
import org.junit.platform.launcher.listeners.SummaryGeneratingListener
import org.pitest.classinfo.ClassByteArraySource
import org.pitest.extension.common.NoTestSuiteFinder
import org.pitest.help.PitHelpError
import org.pitest.testapi.AbstractTestUnit
import org.pitest.testapi.Configuration
import org.pitest.testapi.Description
import org.pitest.testapi.ResultCollector
import org.pitest.testapi.TestGroupConfig
import org.pitest.testapi.TestPluginFactory
import org.pitest.testapi.TestSuiteFinder
import org.pitest.testapi.TestUnit
import org.pitest.testapi.TestUnitExecutionListener
import org.pitest.testapi.TestUnitFinder

/**
 * Tells PIT that a spec is one test. PIT's own plugin for the JUnit platform takes each test of a
 * spec for one, but Kotest cannot run it without the others: a spec of 200 tests runs 200 times.
 */
class SpecUnits : TestPluginFactory {
  override fun name(): String = "specs"

  override fun description(): String = "One test unit for each Kotest spec"

  override fun createTestFrameworkConfiguration(
    config: TestGroupConfig,
    source: ClassByteArraySource,
    excludedRunners: Collection<String>,
    includedTestMethods: Collection<String>,
  ): Configuration = Specs
}

private object Specs : Configuration {
  override fun testUnitFinder() =
    object : TestUnitFinder {
      override fun findTestUnits(type: Class<*>, listener: TestUnitExecutionListener?) =
        if (Spec::class.java.isAssignableFrom(type)) listOf<TestUnit>(SpecUnit(type))
        else emptyList()
    }

  override fun testSuiteFinder(): TestSuiteFinder = NoTestSuiteFinder()

  override fun verifyEnvironment(): Optional<PitHelpError> = Optional.empty()
}

private class SpecUnit(private val spec: Class<*>) :
  AbstractTestUnit(Description(spec.name, spec)) {
  override fun execute(results: ResultCollector) {
    results.notifyStart(description)
    val summary = SummaryGeneratingListener()
    LauncherFactory.create()
      .execute(
        request().selectors(selectClass(spec)).filters(includeEngines("kotest")).build(),
        summary,
      )
    val failure = summary.summary.failures.firstOrNull()
    if (failure == null) results.notifyEnd(description)
    else results.notifyEnd(description, failure.exception)
  }
}
