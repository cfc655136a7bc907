package dev.holdfast.providers.failure

import dev.holdfast.providers.Provider
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.comparables.shouldBeGreaterThanOrEqualTo
import io.kotest.matchers.shouldBe

class GoldenFailuresTest :
  FunSpec({
    val files = GoldenFile.all()

    fun meaning(file: GoldenFile): String {
      val classifier = ResponseClassifier.of(file.provider)
      val failure =
        if (file.status >= 400) classifier.classify(file.status, file.header, file.body)
        else classifier.classifyAnswer(file.status, file.header, file.body)
      if (failure == null) return "success"
      return listOfNotNull(
          failure.failureClass.name,
          failure.waitHint?.run { "$duration $source" },
          failure.requestId?.let { "id=$it" },
        )
        .joinToString(" ")
    }

    context("a response means what its file says") {
      withData<GoldenFile>({ it.name }, files) { file -> meaning(file) shouldBe file.expected }
    }

    test("a file of no provider is named") {
      GoldenFile.provider("azure-openai-429.http") shouldBe Provider.AZURE_OPENAI
      shouldThrow<IllegalArgumentException> { GoldenFile.provider("nobody-429.http") }
        .message shouldBe "nobody-429.http must begin with a provider's name in the rules and '-'"
    }

    test("there are files of every provider, and more than a hundred") {
      files.map { it.provider }.toSet() shouldBe Provider.entries.toSet()
      files.size shouldBeGreaterThanOrEqualTo 100
    }
  })
