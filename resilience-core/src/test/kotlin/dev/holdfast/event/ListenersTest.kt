package dev.holdfast.event

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.io.IOException

class ListenersTest :
  FunSpec({
    test("listeners are told in the order in which they were added") {
      val listeners = Listeners<String>()
      val heard = mutableListOf<String>()
      listeners.add { heard += "first $it" }
      listeners.add { heard += "second $it" }

      listeners.publish("event")

      heard shouldContainExactly listOf("first event", "second event")
    }

    listOf(IllegalStateException(), IOException(), AssertionError(), StackOverflowError()).forEach {
      test("a listener that throws ${it::class.simpleName} disturbs nobody") {
        val listeners = Listeners<String>()
        val heard = mutableListOf<String>()
        listeners.add { _ -> throw it }
        listeners.add(heard::add)

        listeners.publish("event")

        heard shouldContainExactly listOf("event")
      }
    }

    test("a closed subscription hears nothing, and closing it again does nothing") {
      val listeners = Listeners<String>()
      val heard = mutableListOf<String>()
      val listener: (String) -> Unit = { heard += it }
      val first = listeners.add(listener)
      listeners.add(listener)

      first.close()
      first.close()
      listeners.publish("event")

      heard shouldContainExactly listOf("event")
      listeners.isEmpty shouldBe false
    }

    test("a listener may remove itself while it is told") {
      val listeners = Listeners<String>()
      val heard = mutableListOf<String>()
      lateinit var self: Subscription
      self =
        listeners.add {
          heard += it
          self.close()
        }

      listeners.publish("one")
      listeners.publish("two")

      heard shouldContainExactly listOf("one")
      listeners.isEmpty shouldBe true
    }

    test("nobody hears what was published before") {
      val listeners = Listeners<String>()
      val heard = mutableListOf<String>()

      listeners.publish("event")
      listeners.add(heard::add)

      heard.shouldBeEmpty()
    }
  })
