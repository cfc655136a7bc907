package dev.holdfast.ktor

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.string.shouldContain
import io.ktor.client.HttpClient

class KtorVersionTest :
  FunSpec({
    val version = System.getProperty("test.ktor")

    test("the suite runs on the version of Ktor that it was told to run on").config(
      enabled = version != null
    ) {
      val jar = HttpClient::class.java.protectionDomain.codeSource.location.path
      println("Ktor $version, on the engines ${ENGINES.keys}")

      jar shouldContain "ktor-client-core-jvm-$version.jar"
    }
  })
