package dev.bantam.models.source;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.store.Failures;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** One request for the rest of a file. Used once. */
final class HttpAttempt {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-\\d+/(\\d+|\\*)");
  private static final int OK = 200;
  private static final int PARTIAL_CONTENT = 206;
  private static final int REQUEST_TIMEOUT = 408;
  private static final int RANGE_NOT_SATISFIABLE = 416;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERRORS = 500;

  /** What came of it. */
  sealed interface Outcome {

    /** The file has its full size. */
    record Complete() implements Outcome {}

    /**
     * It does not, but asking again may help.
     *
     * @param pause that the server asks for
     */
    record Again(String problem, Duration pause) implements Outcome {
      Again(String problem) {
        this(problem, Duration.ZERO);
      }
    }

    /** The file is elsewhere. */
    record Moved(HttpTarget target) implements Outcome {}

    /** Asking again will not help. */
    record Refused(String problem) implements Outcome {}
  }

  private final HttpTarget target;
  private final PartialFile partial;
  private final long offset;
  private final Wanted wanted;
  private final Duration stallTimeout;
  private @Nullable PartialFileBody body;
  private boolean ended;

  HttpAttempt(HttpTarget target, PartialFile partial, Wanted wanted, Duration stallTimeout) {
    this.target = target;
    this.partial = partial;
    this.offset = partial.length();
    this.wanted = wanted;
    this.stallTimeout = stallTimeout;
  }

  Outcome run(HttpClient client, ProgressMeter meter) throws ModelException {
    HttpRequest.Builder request = target.request();
    if (offset > 0) {
      request.header("Range", "bytes=%d-".formatted(offset));
      partial.entityTag().ifPresent(tag -> request.header("If-Range", tag));
    }
    CompletableFuture<HttpResponse<Long>> answer = client.sendAsync(request.build(), this::receive);
    try {
      return outcome(await(answer, meter));
    } catch (TimeoutException e) {
      return new Outcome.Again(
          "no data for %d s, after %d of %d bytes"
              .formatted(stallTimeout.toSeconds(), position(), wanted.size()));
    } catch (ExecutionException e) {
      return failure(e.getCause());
    } catch (CancellationException e) {
      return failure(e);
    } catch (InterruptedException e) {
      throw BackOff.interrupted(target.uri(), e);
    } finally {
      end();
      answer.cancel(true);
      meter.report(position());
    }
  }

  private HttpResponse<Long> await(
      CompletableFuture<HttpResponse<Long>> answer, ProgressMeter meter)
      throws InterruptedException, ExecutionException, TimeoutException {
    long seen = position();
    long seenAt = System.nanoTime();
    while (true) {
      try {
        return answer.get(POLL.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        long position = position();
        meter.update(position);
        if (position != seen) {
          seen = position;
          seenAt = System.nanoTime();
        } else if (System.nanoTime() - seenAt > stallTimeout.toNanos()) {
          throw e;
        }
      }
    }
  }

  /** Called by the HTTP client once the answer's header is there. */
  private synchronized BodySubscriber<Long> receive(HttpResponse.ResponseInfo info) {
    long start = start(info);
    if (ended || start < 0) {
      return BodySubscribers.replacing(-1L);
    }
    if (start == 0) {
      partial.remember(info.headers().firstValue("ETag"));
    }
    body = new PartialFileBody(partial.path(), start, wanted.size());
    return body;
  }

  /** The offset of the body's first byte, or -1 if it is not what was asked for. */
  private long start(HttpResponse.ResponseInfo info) {
    if (info.statusCode() == OK) {
      return info.headers().firstValueAsLong("Content-Length").orElse(wanted.size())
              == wanted.size()
          ? 0
          : -1;
    }
    if (info.statusCode() != PARTIAL_CONTENT) {
      return -1;
    }
    Matcher range = CONTENT_RANGE.matcher(info.headers().firstValue("Content-Range").orElse(""));
    boolean asAsked =
        range.matches()
            && range.group(1).equals(Long.toString(offset))
            && (range.group(2).equals("*") || range.group(2).equals(Long.toString(wanted.size())));
    return asAsked ? offset : -1;
  }

  private Outcome outcome(HttpResponse<Long> answer) throws ModelException {
    int status = answer.statusCode();
    if (answer.body() == wanted.size()) {
      return new Outcome.Complete();
    }
    if (answer.body() >= 0) {
      return new Outcome.Again(
          "the transfer ended after %d of %d bytes".formatted(answer.body(), wanted.size()));
    }
    if (status == OK || status == PARTIAL_CONTENT || status == RANGE_NOT_SATISFIABLE) {
      throw new ModelException(
          Kind.CORRUPT,
          "%s has the wrong size there: expected %d bytes, found %s"
              .formatted(wanted.file(), wanted.size(), offeredSize(answer)));
    }
    if (HttpTarget.isRedirect(status, answer.headers())) {
      return new Outcome.Moved(target.redirected(answer.headers()));
    }
    String problem = target.refusal(status);
    boolean mayPass =
        status == REQUEST_TIMEOUT || status == TOO_MANY_REQUESTS || status >= SERVER_ERRORS;
    return mayPass
        ? new Outcome.Again(problem, BackOff.asked(answer.headers()))
        : new Outcome.Refused(problem);
  }

  private static String offeredSize(HttpResponse<Long> answer) {
    return answer
        .headers()
        .firstValue("Content-Range")
        .or(() -> answer.headers().firstValue("Content-Length"))
        .orElse("an unknown number");
  }

  private Outcome failure(@Nullable Throwable cause) throws ModelException {
    if (cause instanceof PartialFileBody.WriteFailure
        && cause.getCause() instanceof IOException writing) {
      throw Failures.writing(partial.path(), wanted.size() - position(), writing);
    }
    if (cause instanceof PartialFileBody.TooLong) {
      throw new ModelException(
          Kind.CORRUPT, "%s: %s".formatted(wanted.file(), cause.getMessage()), cause);
    }
    if (cause instanceof SSLHandshakeException) {
      return new Outcome.Refused(ConnectionFailure.reason(target.uri(), cause).orElseThrow());
    }
    return new Outcome.Again(
        ConnectionFailure.reason(target.uri(), cause)
            .orElseGet(
                () ->
                    "the transfer broke off after %d of %d bytes (%s)"
                        .formatted(
                            position(),
                            wanted.size(),
                            cause == null ? "cancelled" : cause.getMessage())));
  }

  private synchronized long position() {
    return body == null ? offset : body.position();
  }

  private synchronized void end() {
    ended = true;
    if (body != null) {
      body.end(new IOException("the attempt has ended"));
    }
  }
}
