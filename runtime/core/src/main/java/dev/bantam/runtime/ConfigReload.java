package dev.bantam.runtime;

import dev.bantam.documents.ReadResult;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.governor.GovernorPlan;
import dev.bantam.runtime.mqtt.MqttGateway;
import dev.bantam.runtime.plugin.PluginException;
import dev.bantam.runtime.profile.DeviceProfile;
import dev.bantam.runtime.profile.ProfileException;
import dev.bantam.runtime.route.Routes;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Takes changed configurations, one after the other. On the runtime's context. */
final class ConfigReload {

  /** A broker that does not answer a SUBSCRIBE by then does not hold a reload up. */
  private static final Duration LISTENING_LIMIT = Duration.ofSeconds(3);

  private final Context context;
  private final DeviceProfile profile;
  private final SlotReload slots;
  private final Running running;
  private final RuntimeNews news;
  private Future<ReloadReport> last = Future.succeededFuture();

  /**
   * @param running what changes beside the slots
   * @param news told what comes of them
   */
  ConfigReload(
      Context context, DeviceProfile profile, SlotReload slots, Running running, RuntimeNews news) {
    this.context = context;
    this.profile = profile;
    this.slots = slots;
    this.running = running;
    this.news = news;
  }

  /** What can take another configuration while it runs. */
  record Running(RuntimeTelemetry telemetry, Governor governor, Routes routes) {}

  /**
   * Changes what can be changed, unless something is wrong; tells it, and completes then.
   *
   * @param gateway over which the routes listen
   */
  Future<ReloadReport> take(ReadResult<SiteConfig> read, MqttGateway gateway) {
    last = last.transform(before -> checked(read, gateway)).onSuccess(news::reloaded);
    return last;
  }

  private Future<ReloadReport> checked(ReadResult<SiteConfig> read, MqttGateway gateway) {
    if (read instanceof ReadResult.Invalid<SiteConfig> invalid) {
      return Future.succeededFuture(ReloadReport.refused(invalid.report()));
    }
    SiteConfig next = ((ReadResult.Valid<SiteConfig>) read).value();
    return context
        .executeBlocking(() -> planned(next), false)
        .compose(plan -> apply(next, plan, gateway))
        .recover(ConfigReload::refused);
  }

  /** What is to be done, with all that can be wrong with it found out. */
  private record Plan(SlotReload.Changes slots, GovernorPlan governing) {}

  private Plan planned(SiteConfig next) throws ProfileException, PluginException {
    GovernorPlan governing = profile.governing(next.temperature(), next.governor());
    return new Plan(slots.plan(next), governing);
  }

  private static Future<ReloadReport> refused(Throwable why) {
    return why instanceof ProfileException || why instanceof PluginException
        ? Future.succeededFuture(ReloadReport.refused(String.valueOf(why.getMessage())))
        : Future.failedFuture(why);
  }

  private Future<ReloadReport> apply(SiteConfig next, Plan plan, MqttGateway gateway) {
    List<String> applied = new ArrayList<>();
    if (running.telemetry().change(next.mqtt().telemetry())) {
      applied.add("mqtt.telemetry");
    }
    running.routes().change(next.routes(), gateway).forEach(name -> applied.add("routes." + name));
    return running
        .governor()
        .change(plan.governing())
        .onSuccess(applied::addAll)
        .compose(changed -> context.executeBlocking(() -> slots.load(plan.slots()), false))
        .compose(done -> gateway.listening(LISTENING_LIMIT).map(done))
        .map(
            done -> {
              gateway.slotsChanged();
              applied.addAll(done.applied());
              return new ReloadReport(
                  Optional.empty(), applied, done.failed(), plan.slots().needsRestart());
            });
  }
}
