package dev.holdfast.coroutines

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import java.lang.reflect.Method
import java.lang.reflect.Modifier
import java.nio.file.Path
import java.time.Duration
import kotlin.io.path.extension
import kotlin.io.path.relativeTo
import kotlin.io.path.walk

/** The DSL is made of functions beside the builders, so none may be forgotten when those grow. */
class BuildersInStepTest :
  FunSpec({
    val root = Path.of("target/classes")
    val classes =
      root
        .resolve("dev/holdfast")
        .walk()
        .filter { it.extension == "class" }
        .map { Class.forName("${it.relativeTo(root)}".removeSuffix(".class").replace('/', '.')) }
        .filter { Modifier.isPublic(it.modifiers) }
        .toList()
    val builders = classes.filter { it.simpleName.endsWith("Builder") }
    val functions =
      classes
        .filter { it.packageName == "dev.holdfast.coroutines" }
        .flatMap { it.declaredMethods.toList() }
        .filter { Modifier.isPublic(it.modifiers) && Modifier.isStatic(it.modifiers) }

    fun Class<*>.settings(): List<Method> =
      declaredMethods.filter { Modifier.isPublic(it.modifiers) && !Modifier.isStatic(it.modifiers) }

    /** Whether there is such a function, by its name without the hash of its value classes. */
    fun isThere(name: String, vararg parameters: Class<*>): Boolean =
      functions.any {
        it.name.substringBefore('-') == name && it.parameterTypes.toList() == parameters.toList()
      }

    fun Method.told() = "${declaringClass.name}.$name(${parameterTypes.map { it.simpleName }})"

    test("the builders are found") {
      builders.map { it.name.removePrefix("dev.holdfast.") } shouldContain "ResilienceBuilder"
    }

    test("what takes a duration takes one of Kotlin as well") {
      builders
        .flatMap { it.settings() }
        .filter { Duration::class.java in it.parameterTypes }
        .filterNot { setting ->
          val inKotlin =
            setting.parameterTypes.map { if (it == Duration::class.java) Long::class.java else it }
          isThere(setting.name, setting.declaringClass, *inKotlin.toTypedArray())
        }
        .map { it.told() }
        .shouldBeEmpty()
    }

    test("what takes something that is built can build it in place") {
      val built =
        builders.map { it.declaringClass ?: Class.forName(it.name.removeSuffix("Builder")) }
      val block = Function1::class.java
      builders
        .flatMap { it.settings() }
        .filter { it.parameterTypes.lastOrNull() in built }
        .filterNot { setting ->
          functions.any {
            it.name == setting.name &&
              it.parameterTypes.first() == setting.declaringClass &&
              it.parameterTypes.last() == block
          }
        }
        .map { it.told() }
        .shouldBeEmpty()
    }

    test("everything that has a builder can be built by a block") {
      val blocks = functions.filter { it.parameterTypes.lastOrNull() == Function1::class.java }
      builders
        .filterNot { builder ->
          blocks.any { "<? super ${builder.typeName}" in it.toGenericString() }
        }
        .map { it.name }
        .shouldBeEmpty()
    }
  })
