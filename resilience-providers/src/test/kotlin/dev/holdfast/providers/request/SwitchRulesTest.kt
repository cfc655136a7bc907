package dev.holdfast.providers.request

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.serialization.json.Json

private data class Change(val about: String, val rule: SwitchRule, val from: String, val to: String)

private const val SIGNED = """{"type":"thinking","thinking":"…","signature":"EqQB"}"""
private const val REDACTED = """{"type":"redacted_thinking","data":"EmwK"}"""
private const val TOOL_USE = """{"type":"tool_use","id":"toolu_1","name":"f","input":{"x":1.50}}"""
private const val TOOL_RESULT = """{"type":"tool_result","tool_use_id":"toolu_1","content":"4"}"""

class SwitchRulesTest :
  FunSpec({
    context("a rule changes what it names") {
      withData<Change>(
        { "${it.rule}: ${it.about}" },
        Change(
          "the thinking of an earlier turn goes, the wish to think stays",
          SwitchRule.DROP_THINKING,
          """{"thinking":{"type":"enabled","budget_tokens":1024},"messages":[
            {"role":"user","content":"2+2?"},
            {"role":"assistant","content":[$SIGNED,$REDACTED,{"type":"text","text":"4"}]},
            {"role":"user","content":"sure?"}]}""",
          """{"thinking":{"type":"enabled","budget_tokens":1024},"messages":[
            {"role":"user","content":"2+2?"},
            {"role":"assistant","content":[{"type":"text","text":"4"}]},
            {"role":"user","content":"sure?"}]}""",
        ),
        Change(
          "in the midst of tools the wish to think goes, call and result stay",
          SwitchRule.DROP_THINKING,
          """{"thinking":{"type":"enabled","budget_tokens":1024},"messages":[
            {"role":"assistant","content":[$SIGNED,$TOOL_USE]},
            {"role":"user","content":[$TOOL_RESULT]}]}""",
          """{"messages":[
            {"role":"assistant","content":[$TOOL_USE]},
            {"role":"user","content":[$TOOL_RESULT]}]}""",
        ),
        Change(
          "a message of nothing but thinking goes",
          SwitchRule.DROP_THINKING,
          """{"messages":[{"role":"user","content":"a"},
            {"role":"assistant","content":[$SIGNED]},{"role":"user","content":"b"}]}""",
          """{"messages":[{"role":"user","content":"a"},{"role":"user","content":"b"}]}""",
        ),
        Change(
          "Converse has it in other words",
          SwitchRule.DROP_THINKING,
          """{"additionalModelRequestFields":{"thinking":{"type":"enabled"},"top_k":5},"messages":[
            {"role":"assistant","content":[
              {"reasoningContent":{"reasoningText":{"text":"…","signature":"EqQB"}}},
              {"toolUse":{"toolUseId":"t1","name":"f","input":{}}}]},
            {"role":"user","content":[
              {"toolResult":{"toolUseId":"t1","content":[{"text":"4"}]}}]}]}""",
          """{"additionalModelRequestFields":{"top_k":5},"messages":[
            {"role":"assistant","content":[{"toolUse":{"toolUseId":"t1","name":"f","input":{}}}]},
            {"role":"user","content":[
              {"toolResult":{"toolUseId":"t1","content":[{"text":"4"}]}}]}]}""",
        ),
        Change(
          "OpenRouter's details go",
          SwitchRule.DROP_REASONING_DETAILS,
          """{"messages":[{"role":"assistant","content":null,
            "reasoning_details":[{"type":"reasoning.encrypted","data":"gAAA","id":"rs_1"}],
            "tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]},
            {"role":"tool","tool_call_id":"c1","content":"4"}]}""",
          """{"messages":[{"role":"assistant","content":null,
            "tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]},
            {"role":"tool","tool_call_id":"c1","content":"4"}]}""",
        ),
        Change(
          "encrypted reasoning goes, and the ids that ask for it",
          SwitchRule.DROP_REASONING_ITEMS,
          """{"previous_response_id":"resp_1","input":[
            {"role":"user","content":"hi","id":"kept"},
            {"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"gAAAA"},
            {"type":"item_reference","id":"rs_2"},{"type":"item_reference","id":"msg_2"},
            {"type":"function_call","id":"fc_1","call_id":"call_1","name":"f","arguments":"{}"},
            {"type":"function_call_output","id":"fo_1","call_id":"call_1","output":"4"},
            {"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[]},
            {"type":"web_search_call","id":"ws_1","status":"completed"}]}""",
          """{"previous_response_id":"resp_1","input":[
            {"role":"user","content":"hi","id":"kept"},
            {"type":"item_reference","id":"msg_2"},
            {"type":"function_call","call_id":"call_1","name":"f","arguments":"{}"},
            {"type":"function_call_output","id":"fo_1","call_id":"call_1","output":"4"},
            {"type":"message","role":"assistant","status":"completed","content":[]},
            {"type":"web_search_call","id":"ws_1","status":"completed"}]}""",
        ),
        Change(
          "the link to an earlier answer goes",
          SwitchRule.DROP_PREVIOUS_RESPONSE,
          """{"previous_response_id":"resp_1","input":"hi"}""",
          """{"input":"hi"}""",
        ),
        Change(
          "last messages of the model go",
          SwitchRule.DROP_PREFILL,
          """{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"{"},
            {"role":"assistant","content":[{"type":"text","text":"x"}],"tool_calls":[]}]}""",
          """{"messages":[{"role":"user","content":"hi"}]}""",
        ),
        Change(
          "Gemini's last contents of the model go",
          SwitchRule.DROP_PREFILL,
          """{"contents":[{"parts":[{"text":"hi"}]},{"role":"model","parts":[{"text":"{"}]}]}""",
          """{"contents":[{"parts":[{"text":"hi"}]}]}""",
        ),
        Change(
          "the parameter keeps its place and its digits",
          SwitchRule.USE_MAX_COMPLETION_TOKENS,
          """{"a":1,"max_tokens":1000.0,"b":2}""",
          """{"a":1,"max_completion_tokens":1000.0,"b":2}""",
        ),
        Change(
          "a parameter that is there already stays",
          SwitchRule.USE_MAX_TOKENS,
          """{"max_tokens":1,"max_completion_tokens":2}""",
          """{"max_tokens":1}""",
        ),
        Change(
          "only the outermost parameters go",
          SwitchRule.drop("logprobs", "seed"),
          """{"seed":1,"x":{"seed":1},"logprobs":true}""",
          """{"x":{"seed":1}}""",
        ),
        Change(
          "a text is set",
          SwitchRule.set("a", "\""),
          """{"a":1,"b":2}""",
          """{"a":"\"","b":2}""",
        ),
        Change("a number is set", SwitchRule.set("c", 1.5), """{"b":2}""", """{"b":2,"c":1.5}"""),
        Change("a boolean is set", SwitchRule.set("c", true), "{}", """{"c":true}"""),
      ) { (_, rule, from, to) ->
        val changed = SwitchRules.of(rule).applyTo(from)

        changed shouldBe Json.parseToJsonElement(to).toString()
        SwitchRules.of(rule).applyTo(changed) shouldBe changed
      }
    }

    context("a body that has nothing of it stays as it is, to the last space") {
      withData(
        "{}",
        "3",
        "no JSON",
        """[ {"max_tokens":1} ]""",
        "[".repeat(100_000),
        """{ "messages" : "text", "input":"text", "contents":{} }""",
        """{ "messages" : [ 1, null, [], {"role":"assistant"} , {"role":"user","content":1}] }""",
        """{ "messages":[ {"role":"user","content":[$SIGNED]} ] }""",
        """{ "messages":[ {"role":"assistant","content":[$TOOL_USE]} ] }""",
        """{ "messages":[ {"role":"assistant","content":null,"tool_calls":[{"id":"c1"}]} ] }""",
        """{ "messages":[ {"role":"assistant","content":"nothing but this"} ] }""",
        """{ "contents":[ {"role":"model","parts":[{"functionCall":{"name":"f"}}]} ] }""",
        """{ "input":[ {"type":"function_call","id":"fc_1","call_id":"call_1"} ] }""",
        """{ "messages":[ {"role":"assistant","content":[]}, {"role":"user","content":"x"} ] }""",
      ) { body ->
        val all =
          SwitchRules.OTHER_MODEL.and(SwitchRule.DROP_PREFILL)
            .and(SwitchRule.DROP_PREVIOUS_RESPONSE)
            .and(SwitchRule.USE_MAX_TOKENS)
            .and(SwitchRule.drop("seed"))

        all.applyTo(body) shouldBeSameInstanceAs body
      }
    }

    test("numbers keep every digit and texts every character") {
      val body =
        """{"big":12345678901234567890.10,"e":1E-400,"text":"é\"\n\u0001😀","max_tokens":1}"""

      SwitchRules.of(SwitchRule.drop("max_tokens")).applyTo(body) shouldBe
        """{"big":12345678901234567890.10,"e":1E-400,"text":"é\"\n\u0001😀"}"""
    }

    test("rules apply in their order") {
      val rules = SwitchRules.of(SwitchRule.rename("a", "b"), SwitchRule.rename("b", "c"))

      rules.applyTo("""{"a":1}""") shouldBe """{"c":1}"""
      rules.toString() shouldBe "[rename a to b, rename b to c]"
    }

    context("what no rule can be made of is refused") {
      withData<Pair<String, () -> SwitchRule>>(
        { it.first },
        "parameter must not be blank, but was ' '" to { SwitchRule.drop("a", " ") },
        "parameters must not be empty" to { SwitchRule.drop() },
        "parameter must not be blank, but was ''" to { SwitchRule.rename("a", "") },
        "parameter 'a' must be a finite number" to { SwitchRule.set("a", Double.NaN) },
        "parameter 'a' must be a text, a number or a boolean, but was a java.util.ArrayList" to
          {
            SwitchRule.set("a", ArrayList<Int>())
          },
      ) { (message, make) ->
        shouldThrow<IllegalArgumentException> { make() }.message shouldBe message
      }
    }
  })
