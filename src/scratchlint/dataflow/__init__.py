"""Following values through the program."""
