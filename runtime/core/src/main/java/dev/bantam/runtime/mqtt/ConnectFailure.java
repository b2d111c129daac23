package dev.bantam.runtime.mqtt;

import java.io.IOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.eclipse.paho.mqttv5.client.MqttClientException;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.jspecify.annotations.Nullable;

/** Says in a user's words why there is no connection, and what to do about it. */
final class ConnectFailure {

  private static final int BAD_LOGIN = 0x86;
  private static final int NOT_AUTHORIZED = 0x87;
  private static final int CONNECTION_LOST = MqttClientException.REASON_CODE_CONNECTION_LOST;

  /** What Java says of a stream that the other end has cut while something was on the way to it. */
  private static final Pattern RESET = Pattern.compile("Connection reset|Broken pipe");

  private static final Pattern ALERT_ABOUT_CERTIFICATE =
      Pattern.compile("fatal alert: (\\w*certificate\\w*|unknown_ca|handshake_failure)");

  private ConnectFailure() {}

  /**
   * The reason for a log line; one line without a stop at its end.
   *
   * @param answered whether the broker had answered the CONNECT
   */
  static String explain(@Nullable Throwable error, ConnectionSettings settings, boolean answered) {
    if (error == null) {
      return "connection lost";
    }
    return tls(error, settings)
        .or(() -> cut(error, settings, answered))
        .orElseGet(() -> plain(error));
  }

  /** What the broker itself said, in its CONNACK or DISCONNECT. */
  static Loss told(Verdict verdict, ConnectionSettings settings) {
    int code = verdict.code();
    String words =
        verdict.refused() && (code == BAD_LOGIN || code == NOT_AUTHORIZED)
            ? login(settings)
            : ReasonCodes.connection(code, settings.clientId());
    String form =
        verdict.refused()
            ? "%s (reason code %s)%s"
            : "the broker disconnects: %s (reason code %s)%s";
    return new Loss(
        form.formatted(words, ReasonCodes.hex(code), ReasonCodes.said(verdict.reason())),
        Optional.of(code),
        verdict.serverReference());
  }

  private static String login(ConnectionSettings settings) {
    if (settings.login().isEmpty()) {
      return "the broker wants to know who connects: set mqtt.username and mqtt.password_file";
    }
    BrokerLogin login = settings.login().get();
    String password =
        login
            .password()
            .map(source -> "check the user's name and " + source.place())
            .orElse("name a file that holds the password in mqtt.password_file");
    return "the broker refuses the user %s or its password; %s"
        .formatted(login.username().place(), password);
  }

  private static Optional<String> tls(Throwable error, ConnectionSettings settings) {
    String host = settings.address().host();
    if (has(error, CertificateExpiredException.class)
        || has(error, CertificateNotYetValidException.class)) {
      return Optional.of(
          "the broker's certificate is not valid at this time; renew it, or set this machine's clock");
    }
    if (has(error, CertPathBuilderException.class)) {
      return Optional.of(
          settings
              .tls()
              .caFile()
              .map(
                  file ->
                      "the broker's certificate does not come from an authority in mqtt.ca_file "
                          + file
                          + "; put the certificate of the authority that signed it there")
              .orElse(
                  "the broker's certificate does not come from a public authority; name the"
                      + " certificate of the authority that signed it in mqtt.ca_file"));
    }
    if (has(error, CertificateException.class)) {
      return Optional.of(
          "the broker's certificate is not made out to \"%s\" (%s); use a name in mqtt.url that the certificate has"
              .formatted(host, root(error).getMessage()));
    }
    if (ALERT_ABOUT_CERTIFICATE.matcher(String.valueOf(root(error).getMessage())).find()) {
      return Optional.of(clientCertificate(settings, root(error)));
    }
    if (has(error, SSLException.class) && !has(error, SSLHandshakeException.class)) {
      return Optional.of(
          "the broker does not speak TLS there (%s); use its TLS port, or mqtt:// without TLS"
              .formatted(root(error).getMessage()));
    }
    return Optional.empty();
  }

  private static String clientCertificate(ConnectionSettings settings, Throwable alert) {
    return "the broker ends the connection over certificates (%s): %s"
        .formatted(alert.getMessage(), settings.tls().unwelcome());
  }

  /** Whether the stream ended, or was reset: which of both is a matter of time. */
  private static boolean isCut(Throwable error) {
    return RESET.matcher(String.valueOf(root(error).getMessage())).find()
        || (error instanceof MqttException mqtt && mqtt.getReasonCode() == CONNECTION_LOST);
  }

  private static Optional<String> cut(
      Throwable error, ConnectionSettings settings, boolean answered) {
    if (!isCut(error)) {
      return Optional.empty();
    }
    if (answered) {
      return Optional.of("the connection was cut");
    }
    String maybe =
        settings.address().tls()
            ? "if it does not speak TLS there, use its TLS port, or mqtt:// without TLS; if it does, "
                + settings.tls().unwelcome()
            : "if it speaks TLS there, write mqtts:// in mqtt.url";
    return Optional.of("the broker cut the connection before it answered; " + maybe);
  }

  /** Words and numbers as they come. */
  static String plain(Throwable error) {
    if (error instanceof IOException) {
      return String.valueOf(error.getMessage());
    }
    if (error instanceof MqttException mqtt
        && mqtt.getReasonCode() == 0
        && mqtt.getCause() instanceof IOException cause) {
      return String.valueOf(cause.getMessage());
    }
    String code = error instanceof MqttException e ? " (" + e.getReasonCode() + ")" : "";
    Throwable cause = error.getCause();
    return error.getMessage() + code + (cause == null ? "" : ": " + cause.getMessage());
  }

  private static boolean has(Throwable error, Class<? extends Throwable> kind) {
    return chain(error).anyMatch(kind::isInstance);
  }

  private static Throwable root(Throwable error) {
    return chain(error).reduce(error, (first, last) -> last);
  }

  private static Stream<Throwable> chain(Throwable error) {
    return Stream.iterate(error, e -> e != null, Throwable::getCause).limit(16);
  }
}
