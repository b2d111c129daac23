package dev.bantam.models.source;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;

/** Fetches short documents from web servers, into memory. */
record HttpDocuments(HttpClient client, HttpSettings settings) {

  private static final int OK = 200;
  private static final int REQUEST_TIMEOUT = 408;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERRORS = 500;

  /**
   * A document that must be there.
   *
   * @throws ModelException UNREACHABLE; UNTRUSTED if the server sends us where nobody allowed;
   *     CORRUPT if it is longer than {@code limit} bytes; INTERRUPTED
   */
  byte[] get(HttpTarget target, int limit) throws ModelException {
    HttpResponse<byte[]> answer = ask(target, Optional.empty(), limit);
    if (answer.statusCode() != OK) {
      throw new ModelException(
          Kind.UNREACHABLE, "%s: %s".formatted(target.uri(), target.refusal(answer.statusCode())));
    }
    return answer.body();
  }

  /** Any answer but those that may pass, which are waited for as long as settings say. */
  HttpResponse<byte[]> ask(HttpTarget target, Optional<String> accept, int limit)
      throws ModelException {
    for (int fruitless = 1; ; fruitless++) {
      Duration pause = Duration.ZERO;
      String problem;
      try {
        HttpResponse<byte[]> answer = follow(target, accept, limit);
        if (!mayPass(answer.statusCode())) {
          return answer;
        }
        problem = "the server answered with status %d".formatted(answer.statusCode());
        pause = BackOff.asked(answer.headers());
      } catch (ExecutionException e) {
        if (e.getCause() instanceof LimitedBody.TooLong) {
          throw ShortFile.tooLong(target.uri().toString(), limit);
        }
        if (e.getCause() instanceof SSLHandshakeException) {
          throw new ModelException(
              Kind.UNREACHABLE,
              ConnectionFailure.reason(target.uri(), e.getCause()).orElseThrow(),
              e);
        }
        problem =
            ConnectionFailure.reason(target.uri(), e.getCause())
                .orElseGet(() -> "the transfer broke off (%s)".formatted(e.getMessage()));
      } catch (TimeoutException e) {
        problem = "no answer for %d s".formatted(settings.stallTimeout().toSeconds());
      }
      if (fruitless >= settings.attempts()) {
        throw new ModelException(
            Kind.UNREACHABLE,
            "%s: %s (%d attempts)".formatted(target.uri(), problem, settings.attempts()));
      }
      BackOff.pause(settings, fruitless, pause, target.uri());
    }
  }

  private static boolean mayPass(int status) {
    return status == REQUEST_TIMEOUT || status == TOO_MANY_REQUESTS || status >= SERVER_ERRORS;
  }

  private HttpResponse<byte[]> follow(HttpTarget target, Optional<String> accept, int limit)
      throws ModelException, ExecutionException, TimeoutException {
    HttpTarget at = target;
    for (int i = 0; i <= HttpTarget.MAX_REDIRECTS; i++) {
      HttpResponse<byte[]> answer = once(at, accept, limit);
      if (!HttpTarget.isRedirect(answer.statusCode(), answer.headers())) {
        return answer;
      }
      at = at.redirected(answer.headers());
    }
    throw new ModelException(
        Kind.UNREACHABLE, target.uri() + ": the server redirects without an end");
  }

  private HttpResponse<byte[]> once(HttpTarget at, Optional<String> accept, int limit)
      throws ModelException, ExecutionException, TimeoutException {
    HttpRequest.Builder request = at.request();
    accept.ifPresent(types -> request.header("Accept", types));
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request.build(), info -> new LimitedBody(limit));
    try {
      return answer.get(settings.stallTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw BackOff.interrupted(at.uri(), e);
    } finally {
      boolean unused = answer.cancel(true);
    }
  }
}
