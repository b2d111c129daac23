package dev.bantam.models.source;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.PullEvent;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A file behind {@code https:} or {@code http:}. Follows redirects, but never from https to http;
 * takes a broken transfer up where it broke, today or tomorrow; gives up on a server that stalls.
 */
record HttpSource(HttpTarget target, HttpClient client, HttpSettings settings) implements Source {

  /** Even if each brings a few bytes. */
  private static final int MOST_ATTEMPTS = 1000;

  @Override
  public Path fetch(Wanted wanted, Transfer transfer) throws ModelException {
    PartialFile partial = new PartialFile(transfer.partial(wanted));
    int fruitless = 0;
    for (int attempts = 0; attempts < MOST_ATTEMPTS; attempts++) {
      partial.prepare(wanted);
      long before = partial.length();
      if (before == wanted.size()) {
        return partial.path();
      }
      HttpAttempt.Outcome outcome = attempt(partial, wanted, transfer);
      if (outcome instanceof HttpAttempt.Outcome.Again again) {
        fruitless = partial.length() > before ? 0 : fruitless + 1;
        goOnOrGiveUp(again, fruitless, transfer);
      }
    }
    throw new ModelException(
        Kind.UNREACHABLE, "not whole after %d attempts".formatted(MOST_ATTEMPTS));
  }

  private void goOnOrGiveUp(HttpAttempt.Outcome.Again again, int fruitless, Transfer transfer)
      throws ModelException {
    if (fruitless >= settings.attempts()) {
      String asked =
          again.pause().compareTo(settings.longestPause()) > 0
              ? "; the server asks for a pause of %d s".formatted(again.pause().toSeconds())
              : "";
      throw new ModelException(
          Kind.UNREACHABLE,
          "%s (%d attempts)%s".formatted(again.problem(), settings.attempts(), asked));
    }
    transfer.listener().event(new PullEvent.Failed(target.uri().toString(), again.problem()));
    BackOff.pause(settings, fruitless, again.pause(), target.uri());
  }

  /** One request, and those that redirects make of it. */
  private HttpAttempt.Outcome attempt(PartialFile partial, Wanted wanted, Transfer transfer)
      throws ModelException {
    HttpTarget at = target;
    for (int i = 0; i <= HttpTarget.MAX_REDIRECTS; i++) {
      HttpAttempt.Outcome outcome = attemptAt(at, partial, wanted, transfer);
      if (outcome instanceof HttpAttempt.Outcome.Refused refused) {
        throw new ModelException(Kind.UNREACHABLE, refused.problem());
      }
      if (!(outcome instanceof HttpAttempt.Outcome.Moved moved)) {
        return outcome;
      }
      at = moved.target();
    }
    throw new ModelException(Kind.UNREACHABLE, "the server redirects without an end");
  }

  private HttpAttempt.Outcome attemptAt(
      HttpTarget at, PartialFile partial, Wanted wanted, Transfer transfer) throws ModelException {
    Duration patience = settings.stallTimeout();
    HttpAttempt attempt = new HttpAttempt(at, partial, wanted, patience);
    try {
      return attempt.run(
          client, new ProgressMeter(transfer.listener(), partial.length(), wanted.size()));
    } catch (ModelException e) {
      if (e.kind() == Kind.DISK_FULL) {
        partial.remove(e);
      }
      throw e;
    }
  }
}
