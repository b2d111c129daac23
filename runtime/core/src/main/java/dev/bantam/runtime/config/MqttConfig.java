package dev.bantam.runtime.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The {@code mqtt} section.
 *
 * @param urls one or more of {@code mqtt://host:port} ({@code tcp://} is the same) and {@code
 *     mqtts://host:port}, in the order in which they are tried
 * @param security who is trusted, and as whom the device comes
 * @param maxPacketBytes largest MQTT packet received; what is larger the broker drops. Empty for
 *     the device profile's word
 * @param replyTopics topic filters that a request's response topic must match one of; {@code
 *     {device}} is replaced by the device id
 * @param strictRpc refuse what the RPC contract refuses, see runtime/docs/rpc-contract.md
 * @param keepAlive longest silence towards the broker
 * @param sessionExpiry how long the broker keeps the session of a device that is away
 * @param telemetry time between two messages with figures; zero for none
 */
public record MqttConfig(
    List<URI> urls,
    MqttSecurity security,
    Optional<Integer> maxPacketBytes,
    List<String> replyTopics,
    boolean strictRpc,
    Duration keepAlive,
    Duration sessionExpiry,
    Duration telemetry) {

  /** Where neither site nor profile say. */
  public static final int DEFAULT_MAX_PACKET_BYTES = 1024 * 1024;

  public static final List<String> DEFAULT_REPLY_TOPICS =
      List.of("bantam/v1/device/+/answer/#", "clients/#");

  public MqttConfig {
    urls = List.copyOf(urls);
    replyTopics = List.copyOf(replyTopics);
    if (urls.isEmpty()) {
      throw new IllegalArgumentException("there must be the address of a broker");
    }
  }

  /** The broker that is tried first. */
  public URI url() {
    return urls.get(0);
  }

  /** All defaults but the broker's address. */
  public static MqttConfig of(URI url) {
    return new MqttConfig(
        List.of(url),
        MqttSecurity.NONE,
        Optional.empty(),
        DEFAULT_REPLY_TOPICS,
        false,
        Duration.ofSeconds(30),
        Duration.ofHours(1),
        Duration.ofMinutes(1));
  }

  /** With other brokers. */
  public MqttConfig withUrls(List<URI> others) {
    return new MqttConfig(
        others,
        security,
        maxPacketBytes,
        replyTopics,
        strictRpc,
        keepAlive,
        sessionExpiry,
        telemetry);
  }

  /** With packets of at most so many bytes, unless the site says how many. */
  public MqttConfig orPacketsOf(int bytes) {
    return new MqttConfig(
        urls,
        security,
        maxPacketBytes.or(() -> Optional.of(bytes)),
        replyTopics,
        strictRpc,
        keepAlive,
        sessionExpiry,
        telemetry);
  }

  /** With other topics that answers may go to. */
  public MqttConfig withReplyTopics(List<String> others) {
    return new MqttConfig(
        urls, security, maxPacketBytes, others, strictRpc, keepAlive, sessionExpiry, telemetry);
  }

  /** With another way into the broker. */
  public MqttConfig withSecurity(MqttSecurity other) {
    return new MqttConfig(
        urls, other, maxPacketBytes, replyTopics, strictRpc, keepAlive, sessionExpiry, telemetry);
  }

  /** With the RPC contract kept strictly, or not. */
  public MqttConfig withStrictRpc(boolean other) {
    return new MqttConfig(
        urls, security, maxPacketBytes, replyTopics, other, keepAlive, sessionExpiry, telemetry);
  }

  /** With figures at other times. */
  public MqttConfig withTelemetry(Duration other) {
    return new MqttConfig(
        urls, security, maxPacketBytes, replyTopics, strictRpc, keepAlive, sessionExpiry, other);
  }
}
