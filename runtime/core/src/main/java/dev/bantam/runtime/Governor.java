package dev.bantam.runtime;

import dev.bantam.runtime.dispatch.Refusal;
import dev.bantam.runtime.dispatch.RequestDispatcher;
import dev.bantam.runtime.event.Events;
import dev.bantam.runtime.governor.GovernorPlan;
import dev.bantam.runtime.governor.GovernorReport;
import dev.bantam.runtime.governor.GovernorRules;
import dev.bantam.runtime.governor.GovernorWatch;
import dev.bantam.runtime.governor.GovernorWatch.Now;
import dev.bantam.runtime.governor.Level;
import dev.bantam.runtime.governor.Measure;
import dev.bantam.runtime.governor.SensorKind;
import dev.bantam.runtime.health.StatusDocument.TemperatureStatus;
import dev.bantam.runtime.mqtt.MqttGateway;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.RequestLimits;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Spares a device that is hot, short of memory or slowed down, if its profile says how: does what
 * {@link GovernorWatch} finds, and tells it. On the runtime's context, but for what is said of it.
 */
final class Governor {

  private static final int WHOLE_CONTEXT = 100;

  private final Context context;
  private final RuntimeOptions options;
  private final RuntimeParts parts;
  private final RequestDispatcher dispatcher;
  private final SmallerVariants variants;
  private final GovernorNews news;
  private volatile GovernorWatch watch;
  private @Nullable Set<Measure> done;
  private @Nullable MqttGateway gateway;

  /**
   * @param variants changes the slots' models
   * @param events is told what changes
   */
  Governor(
      Context context,
      RuntimeOptions options,
      RuntimeParts parts,
      RequestDispatcher dispatcher,
      SmallerVariants variants,
      Events events) {
    this.context = context;
    this.options = options;
    this.parts = parts;
    this.dispatcher = dispatcher;
    this.variants = variants;
    this.news = new GovernorNews(events);
    this.watch = watch(parts.governing());
  }

  private GovernorWatch watch(GovernorPlan plan) {
    return new GovernorWatch(
        context,
        options.sensors(),
        options.site().fleet().isEmpty() ? plan.withoutFleet() : plan,
        parts::modelBytes,
        parts.budget(),
        this::act);
  }

  /** Begins to watch; completes when it is known how the device is. */
  Future<Void> start() {
    return watch.now().plan().watches() ? watch.start() : Future.succeededFuture();
  }

  /** Begins to act; a device that is hot from the start does not enter its fleets. */
  void guard(MqttGateway started) {
    gateway = started;
    act(watch.now());
  }

  /**
   * Goes on by another plan. Where its ladder is the same one, the device stays on its rung.
   *
   * @return the keys of the configuration whose word is another one; completes when it is known
   *     what follows
   */
  Future<List<String>> change(GovernorPlan plan) {
    GovernorWatch next = watch(plan);
    GovernorPlan before = watch.now().plan();
    GovernorPlan after = next.now().plan();
    List<String> changed = new ArrayList<>();
    if (!after.heat().equals(before.heat())) {
      changed.add("temperature");
    }
    if (!after.rules().equals(before.rules())) {
      changed.add("governor");
    }
    if (changed.isEmpty()) {
      return Future.succeededFuture(changed);
    }
    stop();
    if (after.policy().ladder().equals(before.policy().ladder())) {
      next.takeOver(watch);
    }
    watch = next;
    done = null;
    return start()
        .map(
            known -> {
              act(watch.now());
              return changed;
            });
  }

  /** Acts no more: the device leaves its fleets by itself, and shall not enter them again. */
  void stop() {
    watch.stop();
  }

  private void act(Now now) {
    Set<Measure> measures = now.measures();
    if (!measures.equals(done)) {
      spare(now, measures);
    }
    MqttGateway acting = gateway;
    if (acting != null) {
      if (!measures.equals(done)) {
        share(acting, !measures.contains(Measure.NO_FLEET_WORK));
        variants.want(
            measures.contains(Measure.SMALLER_VARIANT),
            now.level(SensorKind.MEMORY).compareTo(Level.HIGH) < 0);
        done = measures;
      }
      if (news.tell(now, watch.temperature())) {
        acting.publishStatus();
      }
    }
  }

  private static void share(MqttGateway acting, boolean shares) {
    if (shares) {
      acting.joinFleet();
    } else {
      acting.leaveFleet();
    }
  }

  private void spare(Now now, Set<Measure> measures) {
    dispatcher.refuse(
        measures.contains(Measure.NO_REQUESTS) ? Optional.of(refusal(now)) : Optional.empty(),
        measures.contains(Measure.NO_LOW_PRIORITY)
            ? Optional.of(
                new Refusal(
                    ErrorCode.BUSY,
                    "the device spares itself and takes no requests of low priority for now; try again later, or ask with a higher one",
                    now.plan().relievedWithin()))
            : Optional.empty());
    boolean fewer = measures.contains(Measure.FEWER_SEQUENCES);
    RequestLimits each =
        now.plan().rules().map(rules -> limits(rules, measures)).orElse(RequestLimits.NONE);
    parts.slots().forEach(slot -> slot.spare(fewer, each));
  }

  private static Refusal refusal(Now now) {
    return now.level(SensorKind.TEMPERATURE) == Level.CRITICAL
        ? new Refusal(
            ErrorCode.TOO_HOT,
            "the device is too hot and takes no requests until it is cooler; try again later, or ask another device",
            now.plan().coolsWithin())
        : new Refusal(
            ErrorCode.BUSY,
            "the device is short of memory and takes no requests until it has some; try again later, or ask another device",
            now.plan().relievedWithin());
  }

  private static RequestLimits limits(GovernorRules rules, Set<Measure> measures) {
    Duration retryAfter = rules.policy().hold();
    return new RequestLimits(
        measures.contains(Measure.SHORTER_ANSWERS)
            ? OptionalInt.of(rules.maxTokens())
            : OptionalInt.empty(),
        measures.contains(Measure.SMALLER_CONTEXT) ? rules.contextPercent() : WHOLE_CONTEXT,
        retryAfter);
  }

  /** How hot the device is, where that is watched and shown; any thread. */
  Optional<TemperatureStatus> temperature() {
    GovernorWatch watching = watch;
    return watching
        .temperature()
        .map(shown -> new TemperatureStatus(shown, watching.now().level(SensorKind.TEMPERATURE)));
  }

  /** How it spares itself, where it takes steps; any thread. */
  Optional<GovernorReport> report() {
    GovernorWatch watching = watch;
    return watching
        .now()
        .plan()
        .rules()
        .map(rules -> new GovernorReport(watching.now(), watching.kinds(), watching.powerMode()));
  }

  /** Its figures, where it takes steps. */
  Optional<Map<String, Object>> figures() {
    return report().map(news::figures);
  }
}
