import com.google.gson.GsonBuilder;
import com.google.gson.annotations.Expose;
import com.wechat.pay.java.core.http.HttpClient;
import com.wechat.pay.java.core.http.HttpRequest;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Says as JSON what the models of wechatpay-java know of calls: which members each sends and
 * answers, of which type. None says whether it is required.
 *
 * <p>Arguments are services, and "place=model" for a model that no service gives away.
 */
public class Models {
  /** Members by place: "/a/b" is a member of a member, "[]" an entry of a list. */
  static class Fields extends TreeMap<String, Fact> {}

  static class Fact {
    final String type;
    List<String> enumeration;

    Fact(String type) {
      this.type = type;
    }
  }

  static class Call {
    String call;
    String method;
    Fields path;
    Fields query;
    Fields body;
    Fields answer;
  }

  /** What a service wanted to send. */
  static class Sent extends RuntimeException {
    final HttpRequest request;
    final Class<?> answer;

    Sent(HttpRequest request, Class<?> answer) {
      this.request = request;
      this.answer = answer;
    }
  }

  public static void main(String[] arguments) throws ReflectiveOperationException {
    List<Call> calls = new ArrayList<>();
    for (String argument : arguments) {
      int at = argument.indexOf('=');
      if (at < 0) {
        calls.addAll(callsOf(Class.forName(argument)));
        continue;
      }
      Class<?> model = Class.forName(argument.substring(at + 1));
      Call call = new Call();
      call.call = argument.substring(0, at);
      call.method = model.getSimpleName();
      call.answer = fieldsOf(model);
      calls.add(call);
    }
    String json =
        new GsonBuilder()
            .setFieldNamingStrategy(field -> field.getName().replace("enumeration", "enum"))
            .create()
            .toJson(calls);
    new PrintStream(System.out, true, StandardCharsets.UTF_8).println(json);
  }

  /** Makes each call of a service, up to where it would be sent. */
  private static List<Call> callsOf(Class<?> service) throws ReflectiveOperationException {
    Class<?> builderClass = Class.forName(service.getName() + "$Builder");
    Object builder = builderClass.getDeclaredConstructor().newInstance();
    for (Method setter : builderClass.getMethods()) {
      if (!setter.getName().matches("httpClient|encryptor|decryptor")) continue;
      setter.invoke(builder, catching(setter.getParameterTypes()[0]));
    }
    Object instance = builderClass.getMethod("build").invoke(builder);
    List<Call> calls = new ArrayList<>();
    for (Method method : service.getDeclaredMethods()) {
      if (!Modifier.isPublic(method.getModifiers()) || method.getParameterCount() != 1) continue;
      Class<?> model = method.getParameterTypes()[0];
      Object request = filled(model);
      try {
        method.invoke(instance, request);
      } catch (InvocationTargetException e) {
        if (!(e.getCause() instanceof Sent)) throw e;
        calls.add(callOf(method, model, (Sent) e.getCause()));
      }
    }
    return calls;
  }

  /** A client that sends nothing, or a cipher that leaves texts as they are. */
  private static Object catching(Class<?> kind) {
    return Proxy.newProxyInstance(
        Models.class.getClassLoader(),
        new Class<?>[] {kind},
        (proxy, method, arguments) -> {
          if (kind == HttpClient.class) {
            throw new Sent((HttpRequest) arguments[0], (Class<?>) arguments[1]);
          }
          return arguments == null ? "" : arguments[0];
        });
  }

  /** A request with all members that can stand in a URL; texts are their own place in the path. */
  private static Object filled(Class<?> model) throws ReflectiveOperationException {
    Object request = model.getDeclaredConstructor().newInstance();
    for (Field field : Members.of(model)) {
      Class<?> type = field.getType();
      Object value = null;
      if (type == String.class) value = "{" + Members.nameOf(field) + "}";
      if (type == Integer.class) value = 1;
      if (type == Long.class) value = 1L;
      if (type == Boolean.class) value = true;
      if (type.isEnum()) value = type.getEnumConstants()[0];
      if (value == null) continue;
      field.setAccessible(true);
      field.set(request, value);
    }
    return request;
  }

  private static Call callOf(Method method, Class<?> model, Sent sent) {
    HttpRequest request = sent.request;
    String path = request.getUri().getPath();
    String query = "&" + request.getUri().getQuery();
    Call call = new Call();
    call.call = request.getHttpMethod() + " " + path;
    call.method = method.getDeclaringClass().getSimpleName() + "." + method.getName();
    call.path = new Fields();
    call.query = new Fields();
    call.body = new Fields();
    for (Field field : Members.of(model)) {
      String name = Members.nameOf(field);
      Expose expose = field.getAnnotation(Expose.class);
      if (path.contains("{" + name + "}")) call.path.put(name, factOf(field.getGenericType()));
      else if (query.contains("&" + name + "=")) call.query.put(name, factOf(field.getGenericType()));
      else if (request.getBody() != null && (expose == null || expose.serialize())) add(field, "", call.body);
      else throw new IllegalStateException(call.method + " does not send " + name);
    }
    call.answer = sent.answer == null ? new Fields() : fieldsOf(sent.answer);
    return call;
  }

  private static Fields fieldsOf(Class<?> model) {
    Fields fields = new Fields();
    collect(model, "", fields);
    return fields;
  }

  private static void collect(Type type, String place, Fields into) {
    if (type instanceof ParameterizedType) {
      Type entry = ((ParameterizedType) type).getActualTypeArguments()[0];
      into.put(place + "[]", factOf(entry));
      collect(entry, place + "[]", into);
    } else if (factOf(type).type.equals("object")) {
      for (Field field : Members.of((Class<?>) type)) add(field, place, into);
    }
  }

  private static void add(Field field, String place, Fields into) {
    String inner = place + "/" + Members.nameOf(field);
    into.put(inner, factOf(field.getGenericType()));
    collect(field.getGenericType(), inner, into);
  }

  private static Fact factOf(Type type) {
    if (type instanceof ParameterizedType) {
      if (((ParameterizedType) type).getRawType() == List.class) return new Fact("array");
    } else {
      Class<?> of = (Class<?>) type;
      if (of == String.class) return new Fact("string");
      if (of == Long.class || of == Integer.class) return new Fact("integer");
      if (of == Boolean.class) return new Fact("boolean");
      if (of == Double.class || of == BigDecimal.class) return new Fact("number");
      if (of.isEnum()) return factOfEnum(of);
      if (of.getName().startsWith("com.wechat.pay.")) return new Fact("object");
    }
    throw new IllegalStateException("no JSON type for " + type);
  }

  private static Fact factOfEnum(Class<?> type) {
    Fact fact = new Fact("string");
    fact.enumeration = Members.valuesOf(type);
    return fact;
  }
}
