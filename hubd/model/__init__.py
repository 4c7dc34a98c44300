"""The vocabulary of the home: pure data that every other part speaks. Imports nothing of ours."""
