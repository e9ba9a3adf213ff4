using System.Text.Json;
using Chat.Protocol;
using MessagePack;
using MessagePack.Formatters;

namespace Chat.Server.Hubs;

/// <summary>Gives every contract the shape in MessagePack that it has in JSON: the same names, times and omissions, so that a client can change
/// the protocol and nothing else.</summary>
/// <remarks>Goes by way of JSON text, which costs time and keeps one definition of the wire.</remarks>
internal sealed class JsonShapeResolver : IFormatterResolver
{
    public static readonly JsonShapeResolver Instance = new();

    public IMessagePackFormatter<T>? GetFormatter<T>() => ChatJson.Default.GetTypeInfo(typeof(T)) is null ? null : Formatter<T>.Instance;

    private sealed class Formatter<T> : IMessagePackFormatter<T>
    {
        public static readonly Formatter<T> Instance = new();

        public void Serialize(ref MessagePackWriter writer, T value, MessagePackSerializerOptions options) =>
            MessagePackSerializer.ConvertFromJson(JsonSerializer.Serialize(value, typeof(T), ChatJson.Default), ref writer, options);

        public T Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
        {
            using var json = new StringWriter();
            MessagePackSerializer.ConvertToJson(ref reader, json, options);
            return (T)JsonSerializer.Deserialize(json.ToString(), typeof(T), ChatJson.Default)!;
        }
    }
}
