package dev.bantam.models.source;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.PullEvent;
import dev.bantam.models.store.DiskSpace;
import dev.bantam.models.store.Failures;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file behind {@code https:} or {@code http:}. Follows redirects, but never from https to http;
 * takes a broken transfer up where it broke, today or tomorrow; gives up on a server that stalls.
 */
record HttpSource(URI uri, HttpSettings settings) implements Source {

  private static final int MAX_BACK_OFF_DOUBLINGS = 5;

  @Override
  public Path fetch(Wanted wanted, Transfer transfer) throws ModelException {
    Path partial = transfer.partial(wanted);
    HttpClient client =
        HttpClient.newBuilder()
            .followRedirects(Redirect.NORMAL)
            .connectTimeout(settings.connectTimeout())
            .proxy(EnvironmentProxies.of(System.getenv()))
            .build();
    int fruitless = 0;
    while (true) {
      long before = prepare(transfer.partials(), partial, wanted);
      if (before == wanted.size()) {
        return partial;
      }
      String problem = attempt(client, partial, before, wanted, transfer);
      if (!problem.isEmpty()) {
        fruitless = partial.toFile().length() > before ? 0 : fruitless + 1;
        if (fruitless >= settings.attempts()) {
          throw new ModelException(
              Kind.UNREACHABLE, "%s (%d attempts)".formatted(problem, settings.attempts()));
        }
        transfer.listener().event(new PullEvent.Failed(uri.toString(), problem));
        pause(fruitless);
      }
    }
  }

  /** How many bytes there are from earlier attempts. */
  private static long prepare(Path folder, Path partial, Wanted wanted) throws ModelException {
    try {
      Files.createDirectories(folder);
      long length = partial.toFile().length();
      if (length > wanted.size()) {
        Files.delete(partial);
        length = 0;
      }
      DiskSpace.require(folder, wanted.size() - length, "the download of " + wanted.file());
      return length;
    } catch (IOException e) {
      throw Failures.writing(partial, wanted.size(), e);
    }
  }

  /** Returns what went wrong, if another attempt may do better; empty if nothing did. */
  private String attempt(
      HttpClient client, Path partial, long before, Wanted wanted, Transfer transfer)
      throws ModelException {
    HttpAttempt attempt = new HttpAttempt(uri, partial, before, wanted, settings.stallTimeout());
    ProgressMeter meter = new ProgressMeter(transfer.listener(), before, wanted.size());
    HttpAttempt.Outcome outcome;
    try {
      outcome = attempt.run(client, meter);
    } catch (ModelException e) {
      if (e.kind() == Kind.DISK_FULL && !partial.toFile().delete()) {
        e.addSuppressed(new IOException(partial + " could not be removed"));
      }
      throw e;
    }
    if (outcome instanceof HttpAttempt.Outcome.Refused refused) {
      throw new ModelException(Kind.UNREACHABLE, refused.problem());
    }
    return outcome instanceof HttpAttempt.Outcome.Again again ? again.problem() : "";
  }

  private void pause(int fruitless) throws ModelException {
    int doublings = Math.min(Math.max(fruitless - 1, 0), MAX_BACK_OFF_DOUBLINGS);
    try {
      Thread.sleep(settings.backOff().toMillis() << doublings);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModelException(Kind.INTERRUPTED, "interrupted while downloading " + uri, e);
    }
  }
}
