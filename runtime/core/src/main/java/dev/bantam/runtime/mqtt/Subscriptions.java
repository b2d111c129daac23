package dev.bantam.runtime.mqtt;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What one connection listens to, over all its networks. On the gateway's context. */
final class Subscriptions {

  private final String clientId;
  private final ConnectionNews news;
  private List<String> wanted;

  /** What the broker's session may have and shall not. */
  private List<String> ended = List.of();

  private @Nullable PahoSession session;

  /** What the broker has not answered yet on this network connection. */
  private int unanswered;

  Subscriptions(ConnectionSettings settings, ConnectionNews news) {
    this.clientId = settings.clientId();
    this.wanted = settings.subscriptions();
    this.news = news;
  }

  /**
   * Asks for all on a new network connection.
   *
   * @param sessionPresent whether the broker still has those of an earlier one
   * @param done run when it has answered
   */
  void begin(PahoSession open, boolean sessionPresent, Runnable done) {
    if (sessionPresent && !ended.isEmpty()) {
      open.unsubscribe(ended, () -> {});
    }
    List<String> asked = wanted;
    if (asked.isEmpty()) {
      begun(open, asked);
      done.run();
      return;
    }
    open.subscribe(
        asked,
        codes -> {
          news.refused(clientId, asked, codes);
          begun(open, asked);
          done.run();
        });
  }

  /** What has changed while the broker was asked is made good. */
  private void begun(PahoSession open, List<String> asked) {
    session = open;
    unanswered = 0;
    ask(without(wanted, asked));
    end(without(asked, wanted));
  }

  /** The connection is gone. */
  void lost() {
    session = null;
  }

  /** Whether the broker has answered all that it was asked, and so sends what is wanted. */
  boolean settled() {
    return session != null && unanswered == 0;
  }

  private void answered(PahoSession by) {
    if (by == session) {
      unanswered--;
    }
  }

  /**
   * Ends some, also such as an earlier process left in the broker's session.
   *
   * @return completes when the broker has them no more; not while it is away
   */
  Future<Void> end(List<String> filters) {
    wanted = without(wanted, filters);
    ended = joined(ended, filters);
    PahoSession open = session;
    Promise<Void> done = Promise.promise();
    if (filters.isEmpty()) {
      done.complete();
    } else if (open != null) {
      unanswered++;
      open.unsubscribe(
          filters,
          () -> {
            answered(open);
            done.tryComplete();
          });
    }
    return done.future();
  }

  /** Subscribes to more, now and after each connect. */
  void add(List<String> filters) {
    List<String> further = without(filters, wanted);
    wanted = joined(wanted, further);
    ended = without(ended, further);
    ask(further);
  }

  private void ask(List<String> filters) {
    PahoSession open = session;
    if (!filters.isEmpty() && open != null) {
      unanswered++;
      open.subscribe(
          filters,
          codes -> {
            answered(open);
            news.refused(clientId, filters, codes);
          });
    }
  }

  private static List<String> without(List<String> filters, List<String> others) {
    return filters.stream().filter(f -> !others.contains(f)).toList();
  }

  private static List<String> joined(List<String> filters, List<String> others) {
    return Stream.concat(filters.stream(), without(others, filters).stream()).toList();
  }
}
