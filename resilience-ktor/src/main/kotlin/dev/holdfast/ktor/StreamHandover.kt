package dev.holdfast.ktor

import io.ktor.client.HttpClient
import io.ktor.client.statement.HttpResponseContainer
import io.ktor.client.statement.HttpResponsePipeline
import io.ktor.utils.io.ByteReadChannel

/**
 * Gives those who ask for the channel of an observed stream that channel itself. Ktor would copy it
 * into another one, which hides from its reader that the stream is broken.
 */
internal fun HttpClient.handStreamsOn() {
  responsePipeline.intercept(HttpResponsePipeline.Receive) { (type, body) ->
    if (body is ObservedChannel && type.type == ByteReadChannel::class) {
      proceedWith(HttpResponseContainer(type, Carried(body)))
    }
  }
  responsePipeline.intercept(HttpResponsePipeline.Transform) { (type, body) ->
    if (body is Carried) proceedWith(HttpResponseContainer(type, body.channel))
  }
}

private class Carried(val channel: ObservedChannel)
