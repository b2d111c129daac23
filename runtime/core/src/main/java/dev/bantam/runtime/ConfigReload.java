package dev.bantam.runtime;

import dev.bantam.documents.ReadResult;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.plugin.PluginException;
import dev.bantam.runtime.profile.ProfileException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Takes changed configurations, one after the other. On the runtime's context. */
final class ConfigReload {

  private final Context context;
  private final SlotReload slots;
  private final RuntimeTelemetry telemetry;
  private final RuntimeNews news;
  private Future<ReloadReport> last = Future.succeededFuture();

  /**
   * @param news told what comes of them
   */
  ConfigReload(Context context, SlotReload slots, RuntimeTelemetry telemetry, RuntimeNews news) {
    this.context = context;
    this.slots = slots;
    this.telemetry = telemetry;
    this.news = news;
  }

  /** Changes what can be changed, unless something is wrong; tells it, and completes then. */
  Future<ReloadReport> take(ReadResult<SiteConfig> read) {
    last = last.transform(before -> checked(read)).onSuccess(news::reloaded);
    return last;
  }

  private Future<ReloadReport> checked(ReadResult<SiteConfig> read) {
    if (read instanceof ReadResult.Invalid<SiteConfig> invalid) {
      return Future.succeededFuture(ReloadReport.refused(invalid.report()));
    }
    SiteConfig next = ((ReadResult.Valid<SiteConfig>) read).value();
    return context
        .executeBlocking(() -> slots.plan(next), false)
        .compose(changes -> apply(next, changes))
        .recover(ConfigReload::refused);
  }

  private static Future<ReloadReport> refused(Throwable why) {
    return why instanceof ProfileException || why instanceof PluginException
        ? Future.succeededFuture(ReloadReport.refused(String.valueOf(why.getMessage())))
        : Future.failedFuture(why);
  }

  private Future<ReloadReport> apply(SiteConfig next, SlotReload.Changes changes) {
    List<String> applied = new ArrayList<>();
    if (telemetry.change(next.mqtt().telemetry())) {
      applied.add("mqtt.telemetry");
    }
    return context
        .executeBlocking(() -> slots.load(changes), false)
        .map(
            done -> {
              applied.addAll(done.applied());
              return new ReloadReport(
                  Optional.empty(), applied, done.failed(), changes.needsRestart());
            });
  }
}
