package dev.bantam.models.source;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.util.Optional;

/**
 * What is asked of which server.
 *
 * @param uri the address
 * @param authorization the header that says who asks; it goes to this server and no other
 * @param redirects where the server may send us on to
 * @param advice for whoever may not have what is asked for; may be empty
 */
record HttpTarget(URI uri, Optional<String> authorization, Redirects redirects, String advice) {

  /** The most times that one request is sent on. */
  static final int MAX_REDIRECTS = 8;

  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int FIRST = 301;
  private static final int LAST = 308;

  HttpTarget(URI uri, Optional<String> authorization, Redirects redirects) {
    this(uri, authorization, redirects, "");
  }

  /** The same, with a word for whoever is refused. */
  HttpTarget advising(String other) {
    return new HttpTarget(uri, authorization, redirects, other);
  }

  /** What a refusal is in words. */
  String refusal(int status) {
    boolean maybeForbidden = status == UNAUTHORIZED || status == FORBIDDEN || status == NOT_FOUND;
    return "the server answered with status %d%s"
        .formatted(status, maybeForbidden && !advice.isEmpty() ? "; " + advice : "");
  }

  HttpRequest.Builder request() {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).header("User-Agent", "bantam");
    authorization.ifPresent(value -> request.header("Authorization", value));
    return request;
  }

  static boolean isRedirect(int status, HttpHeaders headers) {
    return status >= FIRST && status <= LAST && headers.firstValue("Location").isPresent();
  }

  /**
   * Where the server sends us.
   *
   * @throws ModelException UNTRUSTED if we do not follow: to another kind of address, from https to
   *     http, or to where nobody allowed
   */
  HttpTarget redirected(HttpHeaders headers) throws ModelException {
    URI next;
    try {
      next = uri.resolve(headers.firstValue("Location").orElse(""));
    } catch (IllegalArgumentException e) {
      throw new ModelException(
          Kind.UNREACHABLE, "the server redirects to what is no address: " + e.getMessage(), e);
    }
    String scheme = String.valueOf(next.getScheme());
    boolean isWeb =
        scheme.equals("https") || scheme.equals("http") && uri.getScheme().equals("http");
    if (!isWeb || next.getHost() == null) {
      throw new ModelException(
          Kind.UNTRUSTED,
          "the server redirects to %s, which is not followed from %s"
              .formatted(next, uri.getScheme()));
    }
    redirects.require(next);
    return new HttpTarget(
        next, isSameServer(next) ? authorization : Optional.empty(), redirects, advice);
  }

  private boolean isSameServer(URI next) {
    return next.getScheme().equals(uri.getScheme())
        && next.getHost().equalsIgnoreCase(uri.getHost())
        && next.getPort() == uri.getPort();
  }
}
