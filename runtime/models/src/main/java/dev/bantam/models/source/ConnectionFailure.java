package dev.bantam.models.source;

import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says in words why a server could not be reached. */
final class ConnectionFailure {

  private ConnectionFailure() {}

  /** Empty if it was reached, and something happened later. */
  static Optional<String> reason(URI uri, @Nullable Throwable cause) {
    if (cause != null && cause.getCause() instanceof UnresolvedAddressException) {
      return Optional.of("the host \"%s\" is not known here".formatted(uri.getHost()));
    }
    if (cause instanceof HttpConnectTimeoutException) {
      return Optional.of("\"%s\" does not take connections".formatted(uri.getHost()));
    }
    if (cause instanceof ConnectException) {
      return Optional.of("\"%s\" refuses the connection".formatted(uri.getAuthority()));
    }
    if (cause instanceof SSLException) {
      return Optional.of(
          "no encrypted connection with \"%s\": %s; name an authority of your own by models.ca_file in bantam.yaml, or --ca-file"
              .formatted(uri.getAuthority(), cause.getMessage()));
    }
    return Optional.empty();
  }
}
