package dev.bantam.simulator.client;

import io.vertx.core.net.PemTrustOptions;
import io.vertx.mqtt.MqttClientOptions;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;

/** How the simulator's clients connect, and why they could not. */
public final class ClientOptions {

  /** As MQTT writes the version on the wire. */
  public static final int MQTT_3_1_1 = 4;

  /** As MQTT writes the version on the wire. */
  public static final int MQTT_5 = 5;

  /** Answers are as large as the largest packet, 1 MiB by default. */
  private static final int MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

  private ClientOptions() {}

  /** For MQTT 5 and a session that ends with the connection. */
  public static MqttClientOptions of(BrokerAccess broker, String clientId) {
    MqttClientOptions options = new MqttClientOptions();
    options.setVersion(MQTT_5);
    options.setClientId(clientId).setCleanSession(true).setMaxMessageSize(MAX_MESSAGE_BYTES);
    options.setSsl(broker.tls()).setHostnameVerificationAlgorithm(broker.tls() ? "HTTPS" : "");
    options.setTcpNoDelay(true).setConnectTimeout(10_000);
    broker
        .caFile()
        .ifPresent(
            file -> options.setTrustOptions(new PemTrustOptions().addCertPath(file.toString())));
    broker.username().ifPresent(options::setUsername);
    broker.password().ifPresent(options::setPassword);
    return options;
  }

  /** Why a connection failed, in words that say what to do. */
  public static String reason(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertPathBuilderException) {
        return "no trusted authority has signed its certificate; name the certificate of the one that did (--ca-file)";
      }
      if (cause instanceof CertificateException && cause.getCause() == null) {
        return "its certificate is not to be trusted (%s); use a name in the address that the certificate has"
            .formatted(cause.getMessage());
      }
    }
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}
