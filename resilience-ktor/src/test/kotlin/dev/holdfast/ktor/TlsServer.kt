package dev.holdfast.ktor

import java.net.InetAddress
import java.net.ServerSocket
import java.nio.file.Files
import java.security.KeyStore
import javax.net.ssl.KeyManagerFactory
import javax.net.ssl.SSLContext

fun secure(port: Int) = "https://127.0.0.1:$port"

/** A socket whose certificate was signed by nobody but itself. */
fun tlsSocket(): ServerSocket =
  TLS.serverSocketFactory.createServerSocket(0, 50, InetAddress.getLoopbackAddress())

private val TLS: SSLContext by lazy {
  val directory = Files.createTempDirectory("certificate")
  val store = directory.resolve("store.p12")
  val keytool = System.getProperty("java.home") + "/bin/keytool"
  val options =
    "-genkeypair -alias a -keyalg EC -dname CN=127.0.0.1 -ext san=ip:127.0.0.1 -storepass secret"
  val made =
    ProcessBuilder(listOf(keytool) + options.split(' ') + listOf("-keystore", "$store"))
      .redirectErrorStream(true)
      .redirectOutput(ProcessBuilder.Redirect.DISCARD)
      .start()
      .waitFor()
  check(made == 0) { "keytool ended with $made" }
  val keys = KeyStore.getInstance(store.toFile(), "secret".toCharArray())
  Files.delete(store)
  Files.delete(directory)
  val managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm())
  managers.init(keys, "secret".toCharArray())
  SSLContext.getInstance("TLS").apply { init(managers.keyManagers, null, null) }
}
