package dev.bantam.runtime.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The {@code mqtt} section.
 *
 * @param urls one or more of {@code mqtt://host:port} ({@code tcp://} is the same) and {@code
 *     mqtts://host:port}, in the order in which they are tried
 * @param caFile certificates of the authorities that the broker's certificate may come from; empty
 *     for those that the JDK trusts
 * @param username user name for the broker
 * @param passwordFile file whose first line is the password; read at each attempt to connect
 * @param maxPacketBytes largest MQTT packet received; what is larger the broker drops
 * @param replyTopics topic filters that a request's response topic must match one of; {@code
 *     {device}} is replaced by the device id
 * @param strictRpc refuse what the RPC contract refuses, see runtime/docs/rpc-contract.md
 * @param keepAlive longest silence towards the broker
 * @param sessionExpiry how long the broker keeps the session of a device that is away
 */
public record MqttConfig(
    List<URI> urls,
    Optional<Path> caFile,
    Optional<String> username,
    Optional<Path> passwordFile,
    int maxPacketBytes,
    List<String> replyTopics,
    boolean strictRpc,
    Duration keepAlive,
    Duration sessionExpiry) {

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
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        DEFAULT_MAX_PACKET_BYTES,
        DEFAULT_REPLY_TOPICS,
        false,
        Duration.ofSeconds(30),
        Duration.ofHours(1));
  }

  /** With other brokers. */
  public MqttConfig withUrls(List<URI> others) {
    return new MqttConfig(
        others,
        caFile,
        username,
        passwordFile,
        maxPacketBytes,
        replyTopics,
        strictRpc,
        keepAlive,
        sessionExpiry);
  }

  /** With other topics that answers may go to. */
  public MqttConfig withReplyTopics(List<String> others) {
    return new MqttConfig(
        urls,
        caFile,
        username,
        passwordFile,
        maxPacketBytes,
        others,
        strictRpc,
        keepAlive,
        sessionExpiry);
  }
}
