package dev.holdfast.providers

import kotlinx.serialization.KSerializer
import kotlinx.serialization.descriptors.SerialDescriptor
import kotlinx.serialization.descriptors.buildClassSerialDescriptor
import kotlinx.serialization.encoding.CompositeDecoder
import kotlinx.serialization.encoding.Decoder
import kotlinx.serialization.encoding.Encoder
import kotlinx.serialization.encoding.decodeStructure
import kotlinx.serialization.json.JsonElement

/** The two fields of a request that say how to treat it. The others are skipped, not kept. */
internal class RequestFields(val model: JsonElement?, val stream: JsonElement?) {

  /** Written by hand, so that no compiler plugin is needed for two fields. */
  object Reader : KSerializer<RequestFields> {
    override val descriptor: SerialDescriptor =
      buildClassSerialDescriptor("dev.holdfast.providers.RequestFields") {
        element(MODEL, JsonElement.serializer().descriptor, isOptional = true)
        element("stream", JsonElement.serializer().descriptor, isOptional = true)
      }

    override fun deserialize(decoder: Decoder): RequestFields =
      decoder.decodeStructure(descriptor) {
        val fields = arrayOfNulls<JsonElement>(2)
        var index = decodeElementIndex(descriptor)
        while (index != CompositeDecoder.DECODE_DONE) {
          fields[index] = decodeSerializableElement(descriptor, index, JsonElement.serializer())
          index = decodeElementIndex(descriptor)
        }
        RequestFields(fields[0], fields[1])
      }

    override fun serialize(encoder: Encoder, value: RequestFields): Nothing =
      throw UnsupportedOperationException("requests are only read")
  }
}
